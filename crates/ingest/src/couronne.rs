//! The ring: communes around the territory, kept so that proximity and density do not fade at its border.

use std::collections::BTreeSet;

use domain::CodeCommune;
use geo::{BoundingRect, Distance, Euclidean, MultiPolygon, Rect};

/// Communes within `reach` metres of the territory, the territory itself left out.
pub fn ring(
    outlines: &[(CodeCommune, MultiPolygon<f64>)],
    territory: &BTreeSet<CodeCommune>,
    reach: f64,
) -> BTreeSet<CodeCommune> {
    let (inside, outside): (Vec<_>, Vec<_>) = outlines.iter().partition(|(code, _)| territory.contains(code));
    let near = |outline: &MultiPolygon<f64>| {
        let Some(rect) = outline.bounding_rect() else { return false };
        inside.iter().any(|(_, member)| {
            member.bounding_rect().is_some_and(|other| boxes_within(&rect, &other, reach))
                && Euclidean.distance(outline, member) <= reach
        })
    };
    outside.into_iter().filter(|(_, outline)| near(outline)).map(|(code, _)| code.clone()).collect()
}

fn boxes_within(a: &Rect<f64>, b: &Rect<f64>, reach: f64) -> bool {
    a.min().x - reach <= b.max().x
        && b.min().x - reach <= a.max().x
        && a.min().y - reach <= b.max().y
        && b.min().y - reach <= a.max().y
}
