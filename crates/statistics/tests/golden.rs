//! Values computed with PySAL, esda, mapclassify and numpy, beside ours. Skipped with a visible line when absent.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::Value;
use statistics::classes::Discretisation;
use statistics::lissage::empirical_bayes;
use statistics::specificite::quotient_localisation;

fn golden() -> Option<Value> {
    let path = test_support::shared_file("golden/golden_values.json")?;
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn assert_close(name: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name}: {found:?} {expected:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9, "{name}: {found} instead of {expected}");
    }
}

#[test]
fn class_breaks() {
    let Some(golden) = golden() else { return };
    let reference = &golden["classification"];
    let values = numbers(&reference["values"]);
    for (name, method, classes) in [
        ("quantile5", Discretisation::Quantiles, 5),
        ("equal5", Discretisation::Egales, 5),
        ("fisher_jenks5", Discretisation::Jenks, 5),
    ] {
        let mut expected = numbers(&reference[name]);
        // Theirs end with the maximum.
        expected.pop();
        assert_close(name, &method.breaks(&values, classes), &expected);
    }
    for (name, method) in [("Q6_mapsf", Discretisation::Q6Majuscule), ("q6_mapsf", Discretisation::Q6Minuscule)] {
        let bounds = numbers(&reference[name]);
        // Theirs begin with the minimum and end with the maximum.
        assert_close(name, &method.breaks(&values, 6), &bounds[1..bounds.len() - 1]);
    }
}

#[test]
fn empirical_bayes_rates() {
    let Some(golden) = golden() else { return };
    let reference = &golden["empirical_bayes"];
    let found = empirical_bayes(&numbers(&reference["events"]), &numbers(&reference["pop"]));
    let found: Vec<f64> = found.iter().map(|rate| rate * 1e4).collect();
    assert_close("rate_per_10k_eb", &found, &numbers(&reference["rate_per_10k_eb"]));
}

#[test]
fn location_quotients() {
    let Some(golden) = golden() else { return };
    let reference = &golden["concentration"];
    let (ess, total) = (numbers(&reference["ess"]), numbers(&reference["total"]));
    let (all_ess, all) = (ess.iter().sum::<f64>(), total.iter().sum::<f64>());
    let found: Vec<f64> = ess
        .iter()
        .zip(&total)
        .filter_map(|(here, there)| quotient_localisation(Some(here / all_ess), Some(there / all)))
        .collect();
    assert_close("LQ", &found, &numbers(&reference["LQ"]));
}
