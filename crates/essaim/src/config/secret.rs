//! Values that must not be shown whole.

/// What stands in place of a password.
const MASK: &str = "***";

/// The same text without the passwords of its addresses: neither that of `user:password@host` nor that of
/// a `password=` parameter.
pub fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (address, query) = rest.split_once('?').map_or((rest, None), |(address, query)| (address, Some(query)));
    let address = match address.rsplit_once('@') {
        Some((account, host)) => {
            let user = account.split_once(':').map(|(user, _)| user);
            user.map_or_else(|| address.to_owned(), |user| format!("{user}:{MASK}@{host}"))
        }
        None => address.to_owned(),
    };
    let parameter = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    };
    let query = query.map(|query| query.split('&').map(parameter).collect::<Vec<_>>().join("&"));
    query.map_or_else(|| format!("{scheme}://{address}"), |query| format!("{scheme}://{address}?{query}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::masked;

    #[test]
    fn only_the_password_goes() {
        assert_eq!(masked("postgres://essaim:s3cret@db:5432/essaim"), "postgres://essaim:***@db:5432/essaim");
        assert_eq!(masked("postgres://db/essaim?user=a&password=s3cret"), "postgres://db/essaim?user=a&password=***");
        assert_eq!(masked("postgres://essaim@db/essaim"), "postgres://essaim@db/essaim");
        assert_eq!(masked("pemb.gpkg"), "pemb.gpkg");
        assert_eq!(masked("ept:T10"), "ept:T10");
    }

    proptest! {
        #[test]
        fn no_password_is_ever_shown(password in "[A-Za-z0-9:@/_%]{4,20}!") {
            let shown = masked(&format!("postgres://essaim:{password}@db/essaim"));
            prop_assert!(!shown.contains(&password), "{shown}");
        }
    }
}
