//! Generator of the demonstration: a schematic geography built from facts, and files in the exact
//! official forms with their ground truth. It never calls recognition code, so that generator and
//! reader cannot share an error.

pub mod country;
pub mod economy;
pub mod geography;
pub mod outlines;
