//! Embeds the viewer's assets; replaced by the viewer's owner.
fn main() {}
