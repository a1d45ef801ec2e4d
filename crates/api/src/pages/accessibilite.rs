//! The accessibility statement: what was tried, and what was not.

use askama::Template;

use crate::langue::Langue;

#[derive(Template)]
#[template(path = "accessibilite.html")]
struct Statement<'p> {
    base: &'p str,
    css: String,
    avertissement: Option<&'static str>,
    autre_langue: (&'static str, &'static str, &'static str),
}

/// Renders the page.
pub fn render(avertissement: Option<&'static str>, (base, langue): (&str, Langue)) -> Result<String, askama::Error> {
    let css = crate::assets::url("pages.css");
    Statement { base, css, avertissement, autre_langue: super::language_link(langue) }.render()
}
