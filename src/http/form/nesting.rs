/// Where JSON nests deeper than `limit`, if it does: found without recursion, so that no body overflows the stack.
pub(super) fn deeper_than(limit: usize, json: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match (in_string, byte) {
            // Whatever is escaped, it does not end the string.
            (true, b'\\') => drop(bytes.next()),
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}
