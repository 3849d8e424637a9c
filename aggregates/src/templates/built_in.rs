/// A template that is there without anybody having written it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its code.
    pub code: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// One line.
    pub subject: &'static str,
    /// The text.
    pub body: &'static str,
}

/// All of them, by code.
pub const BUILT_IN: [BuiltIn; 4] = [
    BuiltIn {
        code: "crawl_failed",
        purpose: "a crawl that did not come to its end",
        subject: "⚠️ 價格檢查未完成",
        body: "⚠️ 價格檢查未完成\n\
               開始時間：{{ started_at | default('—') }}\n\
               已檢查 {{ checked | default(0) }} / {{ total | default(0) }}，失敗 {{ failed | default(0) }}\n\
               原因：{{ reason }}",
    },
    BuiltIn {
        code: "disk_warning",
        purpose: "a disk that is getting full",
        subject: "⚠️ 磁碟使用率 {{ usage_percent }}%",
        body: "⚠️ 磁碟空間警告\n\
               使用率：{{ usage_percent }}%\n\
               {% if host is defined %}主機：{{ host }}\n{% endif %}\
               請儘快清理空間。",
    },
    BuiltIn {
        code: "price_digest",
        purpose: "price changes since the last digest",
        subject: "價格異動 {{ total }} 項（漲 {{ rises | length }}、跌 {{ falls | length }}）",
        body: "📊 價格異動通知　{{ until }}\n\
               {% if rises %}\n📈 漲價 {{ rises | length }} 項\n\
               {% for item in rises %}・{{ item.name }}　{{ item.previous | amount }} → {{ item.price | amount }}（{{ item.percent }}%）\n{% endfor %}{% endif %}\
               {% if falls %}\n📉 降價 {{ falls | length }} 項\n\
               {% for item in falls %}・{{ item.name }}　{{ item.previous | amount }} → {{ item.price | amount }}（{{ item.percent }}%）\n{% endfor %}{% endif %}\
               {% if gone %}\n🚫 下架 {{ gone | length }} 項\n\
               {% for item in gone %}・{{ item.name }}\n{% endfor %}{% endif %}\
               {% if not rises and not falls and not gone %}沒有異動。\n{% endif %}\
               {% if omitted %}…… 另有 {{ omitted }} 項未列出\n{% endif %}",
    },
    BuiltIn {
        code: "stockout_mail",
        purpose: "a vendor's goods that are out of stock",
        subject: "【缺貨通知】{{ vendor_name }}　共 {{ rows | length }} 項",
        body: "{{ vendor_name }} 您好：\n\n\
               以下商品目前缺貨，煩請確認可到貨日期並回覆，謝謝。\n\n\
               {% for row in rows %}{{ loop.index }}. {{ row.product_code }}　{{ row.product_name | default('') }}　{{ row.spec | default('') }}　缺貨數量：{{ row.qty | default('') }}　訂單編號：{{ row.order_no | default('') }}\n{% endfor %}",
    },
];

/// The built-in template of this code.
pub fn built_in(code: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|template| template.code == code)
}
