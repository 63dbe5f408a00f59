//! Takes the blanks out of the API's document: it is written for people and served to programs.

use std::{env, fs, path::Path};

const DOCUMENT: &str = "src/openapi.json";

fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let text = fs::read_to_string(DOCUMENT).expect("the document lies beside its route");
    let folder = env::var_os("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&folder).join("openapi.json"), without_blanks(&text)).expect("cargo's folder can be written");
}

/// The same JSON without blanks between its parts.
fn without_blanks(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    json.chars()
        .filter(|&letter| {
            let keep = in_string || !letter.is_whitespace();
            in_string ^= letter == '"' && !escaped;
            escaped = in_string && letter == '\\' && !escaped;
            keep
        })
        .collect()
}
