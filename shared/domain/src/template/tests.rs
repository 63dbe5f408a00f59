use super::*;
use crate::value::Value;

fn values() -> Values {
    fn fields<const N: usize>(fields: [(&str, Value); N]) -> Fields {
        fields.map(|(name, value)| (name.to_owned(), value)).into()
    }
    Values::from([
        (
            "lead".to_owned(),
            fields([
                ("name", Value::text("Ada {{ owner.name }}{% if %}")),
                ("empty", Value::text("")),
                ("score", Value::Number(40.0)),
                ("vip", Value::YesNo(false)),
                ("products", Value::List(vec![Value::text("CRM"), Value::text("Billing")])),
            ]),
        ),
        ("big-deal".to_owned(), fields([("name", Value::text("Acme"))])),
        ("owner".to_owned(), fields([("name", Value::text("Ana"))])),
    ])
}

#[track_caller]
fn check(template: &str, expected: &str) {
    assert_eq!(fill(template, &values()).as_deref(), Ok(expected), "{template}");
}

#[track_caller]
fn check_refused(template: &str, message: &str, part: &str) {
    let error = Template::parse(template).expect_err(template);
    assert!(error.message.contains(message), "{template}: {}", error.message);
    assert_eq!(&template[error.span.clone()], part, "{template}: {}", error.message);
}

#[test]
fn values_are_put_in_once_and_never_read_as_template() {
    check("Hello {{ lead.name }}!", "Hello Ada {{ owner.name }}{% if %}!");
    check("{% set x = lead.name %}{{ x ~ \"{{ 7 }}\" }}", "Ada {{ owner.name }}{% if %}{{ 7 }}");
}

#[test]
fn a_name_with_a_hyphen_is_one_name() {
    check("{{ big-deal.name }} {{- big-deal.name -}} !", "AcmeAcme!");
}

#[test]
fn a_missing_value_leaves_a_gap() {
    check("[{{ lead.phone }}|{{ nobody.name }}|{{ lead }}|{{ none }}|{{ lead.phone | upper }}]", "[||||]");
    check("{{ lead.phone or lead.empty or owner.name }}", "Ana");
    check("{{ lead.empty | default(\"there\") }}{{ lead.phone|d('!') }}", "there!");
}

#[test]
fn conditions_choose() {
    check("{% if lead.vip %}a{% elif lead.score >= 40 %}b{% else %}c{% endif %}", "b");
    check("{% if not lead.vip and lead.score != 3 %}a{% endif %}", "a");
    check("{{ 'a' if lead.phone is defined else 'b' }}{{ 'c' if lead.phone is not none }}", "b");
    check("{% if 'CRM' in lead.products and 'x' not in lead.name %}a{% endif %}", "a");
    check("{% if lead.score > '5' %}a{% else %}b{% endif %}", "b");
}

#[test]
fn lists_are_walked() {
    check(
        "{% for it in lead.products %}{{ loop.index }}. {{ it }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "1. CRM, 2. Billing",
    );
    check("{% for it in lead.phone %}x{% else %}none{% endfor %}", "none");
    check(
        "{{ lead.products }} {{ lead.products | join(' and ') }} {{ lead.products | first }} {{ [1, 2] | length }}",
        "CRM, Billing CRM and Billing CRM 2",
    );
}

#[test]
fn filters_change_a_value() {
    check(
        "{{ owner.name | upper }}{{ 'ADA lovelace' | title }}{{ 'ADA' | capitalize }}{{ ' a ' | trim }}",
        "ANAAda LovelaceAdaa",
    );
    check("{{ 'a-b' | replace('-', '+') }} {{ 2.345 | round(1) }} {{ 'abcdef' | truncate(3) }}", "a+b 2.3 abc…");
}

/// What letters of the release before the language of our own plausibly say, and what they became.
#[test]
fn what_an_earlier_release_filled_is_filled_alike() {
    for (template, expected) in [
        ("{{ owner.name | upper }}", "ANA"),
        ("Hi {{ lead.nickname | default('there') }},", "Hi there,"),
        ("{{ owner.name|default(\"there\", true) }}", "Ana"),
        (
            "{% for it in lead.products %}{{ loop.index }}/{{ loop.length }} {{ it }}{{ ', ' if not loop.last }}{% endfor %}",
            "1/2 CRM, 2/2 Billing",
        ),
        ("{% for it in lead.products %}{% if loop.first %}: {% endif %}{{ loop.index0 }}{% endfor %}", ": 01"),
        ("{% set who = owner.name or 'us' %}{{ who|lower }}", "ana"),
        ("{% if lead.products|length > 1 %}several{% else %}one{% endif %}", "several"),
        ("{{ lead.products|join(', ')|replace('CRM', 'the CRM')|truncate(40) }}", "the CRM, Billing"),
        ("{% if owner.name is defined and owner.name != '' %}x{% endif %}", "x"),
        ("{{ 'Ms' if lead.nickname is none else 'Mr' }} {{ ('a ' ~ 'b')|title|trim }}", "Ms A B"),
    ] {
        check(template, expected);
    }
}

#[test]
fn blanks_comments_and_raw_text() {
    check("a {%- if true -%} b {%- endif -%} c", "abc");
    check("a{# {{ lead.name }} {% #}b\n", "ab");
    check("{% raw %}{{ lead.name }}{% endraw %}!", "{{ lead.name }}!");
    check("{ braces } 100% } }} %}", "{ braces } 100% } }} %}");
}

#[test]
fn what_is_written_wrong_is_named_with_its_place() {
    check_refused("Hi {{ lead.name }", "a single `}` means nothing", "}");
    check_refused("Hi {{ lead.name", "never closed", "{{");
    check_refused("{% if a %}x", "`if` is never closed", "{% if a %}");
    check_refused("{% if a %}x{% endfor %}", "close the `if`", "{% endfor %}");
    check_refused("x{% endif %}", "no block for `endif`", "{% endif %}");
    check_refused("{{ a | shout }}", "unknown filter `shout`", "shout");
    check_refused("{{ a | replace('x') }}", "takes 2 values", "replace");
    check_refused("{% includ 'x' %}", "unknown statement", "{% includ 'x' %}");
    check_refused("{{ range(9) }}", "cannot call", "range");
    check_refused("{{ 'a' * 9 }}", "`*` has no meaning", "*");
    check_refused("{{ a + b }}", "write `~` to put texts together", "+");
    check_refused("{{ lead.score - 1 }}", "does not calculate", "-");
    check_refused("{{ lead.name.upper() }}", "write `lead.name | upper`", "lead.name.upper");
    check_refused("{{ lead['name'] }}", "write the field with a dot", "lead");
    check_refused("{{ lead.name | escape }}", "letters are plain text; leave it out", "escape");
    check_refused("{{ lead.products | sort }}", "lists stay in their order", "sort");
    check_refused("{% include 'footer' %}", "a template stands alone", "{% include 'footer' %}");
    check_refused("{% macro x() %}", "a template calls nothing", "{% macro x() %}");
    check_refused("{{ a b }}", "end of the bracket", "b");
    check_refused("{{ }}", "a value is missing", "{{ }}");
    check_refused("{{ 'abc }}", "never closed", "'");
    check_refused("{# abc", "never closed", "{#");
    check_refused("{% raw %}{{", "never closed", "{% raw %}");
    assert_eq!(Template::parse("{{ a | uper }}").unwrap_err().suggestion.as_deref(), Some("upper"));
}

/// What is wrong with a text, each at its part.
#[track_caller]
fn check_all(template: &str, expected: &[(&str, &str)]) {
    let (_, problems) = Template::read(template);
    let found: Vec<(&str, &str)> =
        problems.iter().map(|found| (found.message.as_str(), &template[found.span.clone()])).collect();
    assert_eq!(found.len(), expected.len(), "{template}: {found:#?}");
    for ((message, part), (wanted, at)) in found.into_iter().zip(expected) {
        assert!(message.contains(wanted), "{template}: {message}");
        assert_eq!(part, *at, "{template}: {message}");
    }
}

#[test]
fn every_problem_is_told_and_nothing_that_follows_from_another() {
    check_all("{{ a * 2 }} {{ b | shout }} {{ c(1) }}", &[("`*`", "*"), ("`shout`", "shout"), ("cannot call", "c")]);
    check_all(
        "{{ lead.name.upper() }} {{ 1+1 }} {% include 'x' %}{% macro x() %}y{% endmacro %}",
        &[
            ("| upper", "lead.name.upper"),
            ("`+`", "+"),
            ("stands alone", "{% include 'x' %}"),
            ("calls", "{% macro x() %}"),
        ],
    );
    check_all("{% iff a %}x{% endif %} {{ 2 / 3 * 4 }}", &[("`iff`", "{% iff a %}"), ("`/`", "/")]);
    check_all("{{ lead.name } and {{ a ? b }}", &[("a single `}`", "}"), ("`?`", "?")]);
    check_all("{{ 'abc }} {{ a | shout }}", &[("never closed", "'"), ("`shout`", "shout")]);
    check_all("{% if a + b %}x{% else %}{{ 1 + 1 }}{% endif %}", &[("`+`", "+"), ("`+`", "+")]);
    check_all("{% for x in a b %}{{ x | shout }}{% endfor %}", &[("end of the bracket", "b"), ("`shout`", "shout")]);
    check_all(
        "{% if a %}{% for x in b %}{% endif %}{{ x y }}{% endfor %}",
        &[("close the `for`", "{% endif %}"), ("end of", "y")],
    );
    check_all("x{% endif %}y{% endfor %}", &[("no block", "{% endif %}"), ("no block", "{% endfor %}")]);
    let many = "{{ a | shout }}".repeat(10_000);
    assert_eq!(Template::read(&many).1.len(), 50, "so many and no more");
}

#[test]
fn the_fields_are_named_also_where_a_text_is_no_template() {
    let text =
        "{{ lead.nam * 2 }}{{ lead.name | shout }}{% for x in lead.items ? %}{{ x.price y }}{% endfor %}{% if a.b";
    let (template, problems) = Template::read(text);
    let found: Vec<&str> = template.references().iter().map(|it| it.path).collect();
    assert_eq!(found, ["lead.nam", "lead.name", "lead.items", "a.b"], "{problems:#?}");
}

#[test]
fn the_fields_are_named_with_their_places() {
    let text =
        "{% for x in lead.products %}{{ x }}{{ loop.index }}{% endfor %}{{ x.y }}{{ owner.name | default(lead.name) }}";
    let template = Template::parse(text).unwrap();
    let found: Vec<(&str, &str)> = template.references().iter().map(|it| (it.path, &text[it.span.clone()])).collect();
    let expected = ["lead.products", "x.y", "owner.name", "lead.name"];
    assert_eq!(found, expected.map(|path| (path, path)));
}

#[test]
fn a_template_that_grows_without_end_is_stopped() {
    let doubled = |step: &str| format!("{{% set a = 'xxxxxxxxxx' %}}{}{{{{ a }}}}", step.repeat(40));
    let twenty = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]";
    let nested = |body: &str| {
        let open: String = (0..8).map(|at| format!("{{% for i{at} in {twenty} %}}")).collect();
        format!("{{% set a = 'x' %}}{open}{body}{}", "{% endfor %}".repeat(8))
    };
    for template in [
        doubled("{% set a = a ~ a %}"),
        doubled("{% set a = a | replace('x', 'xxxxxxxxxx') %}"),
        doubled("{% set a = [a, a, a] | join(a) %}"),
        doubled("{% set a = [a, a] %}"),
        doubled("{% set a = [a ~ a, a] | join %}"),
        doubled("{% if true %}{% set a = a ~ a %}{{ a }}{% endif %}{% set a = a ~ a | upper %}"),
        nested(&"x".repeat(10_000)),
        nested("{{ 'x' in lead.name }}"),
        nested("{{ a }}"),
        nested(""),
        format!("{{% set a = '{}' %}}{}", "x".repeat(10_000), "{{ a | upper | lower | title }}".repeat(1_000)),
        format!("{{{{ 'x' {} }}}}", "| replace('x', 'xxx')".repeat(16)),
    ] {
        let error = fill(&template, &values()).expect_err(&template[..60]);
        assert!(!matches!(error, FillError::Syntax(_)), "{error}");
    }
}

#[test]
fn no_nesting_overflows_the_stack() {
    for template in [
        format!("{{{{ {}1{} }}}}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{{{{ {}1{} }}}}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{{{{ a{} }}}}", " if a else a".repeat(10_000)),
        format!("{{{{ a{} }}}}", " | upper".repeat(10_000)),
        format!("{}{}", "{% if a %}".repeat(10_000), "{% endif %}".repeat(10_000)),
        format!("{}{}", "{% for a in a %}".repeat(10_000), "{% endfor %}".repeat(10_000)),
    ] {
        assert!(Template::parse(&template).is_err());
    }
    for template in [
        format!("{{{{ {}a }}}}", "not ".repeat(10_000)),
        format!("{{{{ a{} }}}}", " or a".repeat(10_000)),
        format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(10_000)),
    ] {
        assert_eq!(fill(&template, &values()).map(|_| ()), Ok(()));
    }
}

#[test]
fn no_text_makes_the_reader_fail_in_another_way() {
    let parts = [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "if ", "for ", " in ", "endif", "raw", "\"", "'", "\\", "é", ".", "|",
        "(", "x", " ", "\n",
    ];
    let mut state = 7u64;
    for _ in 0..20_000 {
        let text: String = (0..12)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                parts[(state >> 33) as usize % parts.len()]
            })
            .collect();
        if let Err(error) = Template::parse(&text) {
            assert!(text.get(error.span.clone()).is_some(), "{text:?} {error:?}");
        }
    }
}
