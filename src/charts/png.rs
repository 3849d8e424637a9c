//! A chart as a picture, for those who cannot show SVG.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::svg::Undrawable;

/// The system's fonts, looked up once.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_system_fonts();
    let known = |family: &str| fonts.faces().any(|face| face.families.iter().any(|(name, _)| name == family));
    match PREFERRED.iter().find(|family| known(family)) {
        Some(family) => fonts.set_sans_serif_family(*family),
        None => {
            // Whatever there is; without any font a chart has its line and no words.
            let any =
                fonts.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
            match any {
                Some(family) => fonts.set_sans_serif_family(family),
                None => tracing::warn!("no font is installed: charts as PNG have no words"),
            }
        }
    }
    Arc::new(fonts)
});

/// Fonts that know Chinese first.
const PREFERRED: [&str; 12] = [
    "Noto Sans TC",
    "Noto Sans CJK TC",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans TC",
    "PingFang TC",
    "Microsoft JhengHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans",
    "DejaVu Sans",
    "Liberation Sans",
];
/// Twice the size of the drawing: sharp on a telephone.
const SCALE: f32 = 2.0;

/// Turns a drawing into a picture.
///
/// # Errors
/// When it is no drawing.
pub fn png(svg: &str) -> Result<Vec<u8>, Undrawable> {
    let options =
        Options { fontdb: FONTS.clone(), font_family: "sans-serif".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| Undrawable(error.to_string()))?;
    let size = tree.size();
    let (width, height) = ((size.width() * SCALE) as u32, (size.height() * SCALE) as u32);
    let mut picture = Pixmap::new(width, height).ok_or_else(|| Undrawable("it has no size".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    picture.encode_png().map_err(|error| Undrawable(error.to_string()))
}
