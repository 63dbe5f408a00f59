//! What other template languages have and this one has not, and what to write instead.

/// Of a sign that has no meaning here: arithmetic.
pub(super) fn of_sign(sign: char) -> Option<&'static str> {
    match sign {
        '+' => Some("a template does not add; write `~` to put texts together"),
        '-' | '*' | '/' | '%' => {
            Some("a template does not calculate; let the program that sends the field calculate it, or leave it out")
        }
        ':' => Some("a template does not take parts of a text; write `x | truncate(9)` for its first 9 letters"),
        _ => None,
    }
}

/// Of a filter that there is not.
pub(super) fn of_filter(name: &str) -> Option<&'static str> {
    Some(match name {
        "e" | "escape" | "safe" | "string" | "pprint" | "tojson" => "letters are plain text; leave it out",
        "abs" | "int" | "float" | "sum" | "min" | "max" | "format" | "batch" | "slice" => {
            "a template does not calculate; write the value as it is, or `round(0)`"
        }
        "sort" | "unique" | "reverse" | "dictsort" | "groupby" => "lists stay in their order; write `join(\", \")`",
        "select" | "reject" | "selectattr" | "rejectattr" | "map" => "write {% if … %} inside {% for … %}",
        "lines" | "list" | "items" | "split" => "write {% for … %} over a list as it is",
        "striptags" | "nl2br" | "wordwrap" | "center" | "indent" => {
            "letters keep the lines of the template; leave it out"
        }
        "urlencode" => "write the address without what has to be encoded",
        "attr" => "write the field with a dot, as in `lead.name`",
        _ => return None,
    })
}

/// Of a statement that there is not.
pub(super) fn of_statement(name: &str) -> Option<&'static str> {
    Some(match name {
        "include" | "import" | "from" | "extends" | "block" | "endblock" => {
            "a template stands alone; write the other text into it"
        }
        "macro" | "endmacro" | "call" | "endcall" => "a template calls nothing; write the text where it is needed",
        "with" | "endwith" => "write {% set name = value %}",
        "filter" | "endfilter" | "autoescape" | "endautoescape" => "write the filter behind each value: `x | upper`",
        "break" | "continue" => "write {% if … %} inside {% for … %}",
        "do" => "leave it out",
        _ => return None,
    })
}

/// Of a call: `lead.name.upper()` is a filter here.
pub(super) fn of_call(path: &str, is_filter: impl Fn(&str) -> bool) -> String {
    match path.rsplit_once('.') {
        Some((value, name)) if is_filter(name) => format!("write `{value} | {name}`"),
        _ => "write the field without brackets, or a filter such as `x | upper`".to_owned(),
    }
}
