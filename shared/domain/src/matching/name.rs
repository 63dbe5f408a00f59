//! Names in one spelling: lower case, no accents, no punctuation, no legal form at the end.
//!
//! German umlauts and their like are two letters (ä → ae, ø → oe, å → aa, ß → ss); other Latin letters lose their
//! marks (é → e, ł → l). `&`, `+`, and, und, et are one word. Dots and apostrophes join, other punctuation parts.

use std::collections::BTreeSet;

use super::placeholder;
use crate::visible::{is_invisible, visible};

/// What stands at the end of a company's name and says only what sort of company it is. Dots are gone already;
/// several words are the parts of a form that is written apart.
const LEGAL_FORMS: &str = "\
    ab, ag, aktiengesellschaft, aps, as, a s, asa, bhd, bv, b v, bvba, co, company, corp, corporation, cv, doo, \
    d o o, ead, eg, eirl, ek, eood, eurl, ev, e v, gbr, gesellschaft mbh, gmbh, g m b h, ggmbh, hf, inc, \
    incorporated, ivs, jsc, kb, kft, kg, kgaa, kk, ks, lda, limited, llc, l l c, llp, lp, ltd, ltda, mbh, nv, n v, \
    nyrt, ohg, ood, ou, oy, oyj, partg, partnerschaft, plc, private limited, pte, pty, pvt, sa, s a, sas, \
    s a s, sarl, s a r l, scs, se, sl, s l, slu, snc, sp k, sp z oo, sp z o o, spa, s p a, sprl, srl, s r l, sro, \
    s r o, ug";

/// A name as all its spellings have it. None for what names nobody, or has fewer than two letters and digits.
pub(super) fn plain(name: &str) -> Option<String> {
    let spelt = spelt(name);
    let all: Vec<&str> = spelt.split_whitespace().map(one_word).collect();
    let mut words = all.as_slice();
    while let Some(shorter) = without_form(words) {
        words = shorter;
    }
    let plain = words.join(" ");
    let letters = plain.chars().filter(|letter| letter.is_alphanumeric()).count();
    (letters >= 2 && !placeholder::is_listed(&plain)).then_some(plain)
}

/// How people are addressed, in the spelling of names. It tells nothing of who somebody is.
/// Without what is a given name as well (Don, Pan).
const TITLES: &str = "\
    mr, mrs, ms, miss, mx, sir, madam, dr, prof, herr, herrn, frau, hr, fr, fraeulein, monsieur, madame, mademoiselle, mme, \
    mlle, senor, senora, senorita, sr, sra, srta, senhor, senhora, signor, signora, signore, sig, sigra, dott, \
    dottssa, dhr, mevr, mevrouw, mw, fru, froeken, ing, dipl, dipl-ing, rev";

/// What stands behind a name and says no more of who somebody is. Without what is a name as well (Ma, Ba).
const DEGREES: &str = "\
    mba, emba, phd, dphil, md, dds, dmd, dvm, esq, esquire, cpa, cfa, pmp, jd, llm, llb, msc, bsc, meng, beng, rn, \
    frcs, obe, mbe, cbe, san, sama, 様, さま, さん, 氏, 殿, 先生, 女士, 小姐, 님, 씨";

/// Those of them that are written to a name without a space: `山田様`.
const JOINED: [&str; 10] = ["様", "さま", "さん", "氏", "殿", "先生", "女士", "小姐", "님", "씨"];

/// Whether a person's name says less than another of the same person: `Kai`, `K. Berg` or `Mr Berg` beside `Kai Berg`.
///
/// Every word of the short name is a word of the full one, its initial, or the beginning or end of a name that is
/// written without spaces; how somebody is addressed does not count; and something is missing. The order does not
/// count. Two names that differ otherwise are two names, and neither is shorter.
pub fn is_shorter_form_of(short: &str, full: &str) -> bool {
    let (initials, short, full) = (joined_initials(short), spelt(short), spelt(full));
    let mut rest: Vec<&str> = full.split_whitespace().collect();
    let words = told(&short, &rest);
    let is_addressed = words != short.split_whitespace().collect::<Vec<_>>();
    let mut shortened = 0;
    for word in &words {
        let length = if initials.contains(*word) { word.chars().count() } else { 1 };
        let stands_for = |whole: &[&str]| match whole {
            [whole] => whole == word || is_part(word, whole),
            several => several.iter().zip(word.chars()).all(|(whole, initial)| whole.starts_with(initial)),
        };
        let exact = rest.iter().position(|whole| whole == word).map(|place| (place, 1));
        let place = || rest.windows(length).position(stands_for).map(|place| (place, length));
        let Some((place, length)) = exact.or_else(place) else { return false };
        shortened += usize::from(rest[place] != *word);
        rest.drain(place..place + length);
    }
    let says_something = is_addressed || !words.is_empty();
    says_something && (shortened > 0 || !rest.is_empty())
}

/// The words of a name without how somebody is addressed and what degrees they have, unless `known` has those words.
fn told<'n>(name: &'n str, known: &[&str]) -> Vec<&'n str> {
    let mut words: Vec<&str> = name.split_whitespace().filter(|it| known.contains(it) || !is_in(TITLES, it)).collect();
    while words.len() > 1 && words.last().is_some_and(|last| !known.contains(last) && is_in(DEGREES, last)) {
        words.pop();
    }
    if let Some(last) = words.last_mut().filter(|last| !known.contains(*last)) {
        let joined = JOINED.iter().find_map(|title| last.strip_suffix(title));
        *last = joined.filter(|name| !name.is_empty()).unwrap_or(last);
    }
    words
}

/// Whether two names are one, apart from how somebody is addressed, degrees, case, and what cannot be told apart on paper.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| visible(name).to_lowercase().replace('.', "").replace(',', " ");
    let (one, other) = (plain(one), plain(other));
    let words = told(&one, &[]);
    !words.is_empty() && words == told(&other, &[])
}

/// Whether a word is the initial of a name, or the family's or the given part of one that is written without spaces.
fn is_part(word: &str, whole: &str) -> bool {
    let is_unspaced =
        |letter| matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    let is_initial = word.chars().count() == 1 && whole.starts_with(word);
    is_initial || (word.chars().all(is_unspaced) && (whole.starts_with(word) || whole.ends_with(word)))
}

/// The words of a name that are several initials, spelt: `J.L.`, `JL`.
fn joined_initials(name: &str) -> BTreeSet<String> {
    let is_initials = |word: &&str| {
        let has_dot = word.trim_end_matches('.').contains('.');
        let letters = word.chars().filter(|letter| letter.is_alphabetic());
        (2..=4).contains(&letters.clone().count()) && (has_dot || letters.clone().all(char::is_uppercase))
    };
    name.split_whitespace().filter(is_initials).map(|word| spelt(word).trim().to_owned()).collect()
}

/// Whether somebody who is asked for by a name may be the one who is known by another: the same words in any spelling and
/// order, or a shorter form of it.
pub fn is_called(known: &str, asked: &str) -> bool {
    let words = |name: &str| {
        let mut words: Vec<String> = spelt(name).split_whitespace().map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    let asked_words = words(asked);
    !asked_words.is_empty() && (asked_words == words(known) || is_shorter_form_of(asked, known))
}

/// The words without one legal form at their end, or an `&` that one left; something always stays.
fn without_form<'w>(words: &'w [&'w str]) -> Option<&'w [&'w str]> {
    let shortened = |length: usize| (words.len() > length).then(|| words.split_at(words.len() - length));
    (1..=4).rev().filter_map(shortened).find_map(|(name, end)| {
        let end = end.join(" ");
        (end == "&" || is_in(LEGAL_FORMS, &end)).then_some(name)
    })
}

fn is_in(list: &str, words: &str) -> bool {
    list.split(", ").any(|listed| listed == words)
}

fn one_word(word: &str) -> &str {
    if matches!(word, "and" | "und" | "et" | "+") { "&" } else { word }
}

/// Lower case, letters without marks, and a space for whatever parts two words.
pub(super) fn spelt(name: &str) -> String {
    let mut spelt = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            '.' | '\'' | '’' | '`' | '´' => {}
            letter if is_invisible(letter) => {}
            '&' | '+' => spelt.extend([' ', letter, ' ']),
            // A mark of its own after its letter: two dots over a, o, u are an umlaut, all others are left out.
            '\u{308}' if spelt.ends_with(['a', 'o', 'u']) => spelt.push('e'),
            '\u{300}'..='\u{36f}' => {}
            letter => match unmarked(letter) {
                Some(letters) => spelt.push_str(letters),
                None if letter.is_alphanumeric() => spelt.push(letter),
                None => spelt.push(' '),
            },
        }
    }
    spelt
}

/// A marked Latin letter in plain ones.
fn unmarked(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' | 'œ' => "oe",
        'ü' => "ue",
        'å' => "aa",
        'ß' => "ss",
        'þ' => "th",
        'à' | 'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ĝ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ĺ' | 'ļ' | 'ľ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ŕ' | 'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{is_called, is_same_name, is_shorter_form_of, plain};

    #[test]
    fn somebody_is_found_by_their_name_in_any_spelling_or_a_part_of_it() {
        for asked in ["Ana Müller", "ANA MUELLER", "Müller", "Müller, Ana", "ana"] {
            assert!(is_called("Ana Müller", asked), "{asked}");
        }
        for asked in ["", "-", "Ana Meier", "Ana Müller-Lund", "An"] {
            assert!(!is_called("Ana Müller", asked), "{asked}");
        }
    }

    fn check(expected: &str, names: &[&str]) {
        for name in names {
            assert_eq!(plain(name).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn spellings_of_one_name_are_one() {
        check("acme", &["Acme", " ACME ", "Acme.", "Acme GmbH", "ACME G.m.b.H.", "Acme, Inc.", "Acme Ltd", "acme llc"]);
        check(
            "acme",
            &["Acme GmbH & Co. KG", "Acme AG", "Acme S.A.", "Acme S. A.", "Acme SARL", "Acme B.V.", "Acme Oy"],
        );
        check(
            "acme",
            &["Acme AB", "Acme A/S", "Acme S.p.A.", "Acme Pty Ltd", "Acme sp. z o.o.", "Acme Co., Ltd.", "Acme & Co"],
        );
        check("t mobile", &["T-Mobile", "T Mobile", "t–mobile"]);
        check("mcdonalds", &["McDonald's", "McDonald’s"]);
        check(
            "mueller & soehne",
            &["Müller & Söhne", "Mueller und Soehne KG", "Mu\u{308}ller&So\u{308}hne", "MÜLLER + SÖHNE"],
        );
        check("strasse", &["Straße", "STRASSE"]);
        check("societe generale", &["Société Générale S.A.", "Socie\u{301}te\u{301} Generale"]);
        check("lodz", &["Łódź", "Lodz"]);
        check("株式", &["株式"]);
    }

    #[test]
    fn what_is_part_of_the_name_stays() {
        check("ag", &["AG"]);
        check("kg bikes", &["KG Bikes"]);
        check("coop", &["Coop"]);
        check("3m", &["3M Company"]);
        check("muller", &["Muller"]);
    }

    #[test]
    fn what_names_nobody_is_no_name() {
        for name in
            ["", " - ", "X", "n/a", "N.A.", "None", "self-employed", "Selbstständig", "Company", "Test GmbH", "?!"]
        {
            assert_eq!(plain(name), None, "{name}");
        }
    }

    #[test]
    fn a_shorter_name_is_one_that_leaves_something_out() {
        for (short, full) in [
            ("Kai", "Kai Berg"),
            ("berg", "Kai Berg"),
            ("K. Berg", "Kai Berg"),
            ("K", "Kai Berg"),
            ("Kai Berg", "Dr. Kai Berg"),
            ("Anna Nagy", "Anna-Lena Nagy"),
            ("Berg, Kai", "Kai Uwe Berg"),
            ("Müller", "Zoe Mueller"),
            ("Jose\u{301}", "José Pérez"),
            ("Ms. Nagy", "Karla Nagy"),
            ("Mrs Nagy", "Karla Nagy"),
            ("Herr Nagy", "Karla Nagy"),
            ("Mme Nagy", "Karla Nagy"),
            ("Mr.", "Kai Berg"),
            ("J.L. Picard", "Jean-Luc Picard"),
            ("JL Picard", "Jean-Luc Picard"),
            ("J. L. Picard", "Jean-Luc Picard"),
            ("山田", "山田太郎"),
            ("太郎", "山田太郎"),
            ("김", "김철수"),
            ("山田様", "山田太郎"),
            ("김님", "김철수"),
            ("Berg, MBA", "Kai Berg"),
            ("Dr. Kai, Ph.D.", "Kai Berg"),
        ] {
            assert!(is_shorter_form_of(short, full), "{short} of {full}");
            assert!(!is_shorter_form_of(full, short), "{full} of {short}");
        }
    }

    #[test]
    fn titles_degrees_and_case_make_no_other_name() {
        for (one, other) in [
            ("Kai Berg", "KAI BERG"),
            ("Jose\u{301} Berg", "José Berg"),
            ("Kai Berg", "Dr. Kai Berg, Ph.D., MBA"),
            ("Herr Dipl.-Ing. Kai Berg", "Mr Kai Berg"),
            ("山田太郎", "山田太郎様"),
            ("山田さん", "山田"),
            ("Md Rahman", "Md Rahman MSc"),
        ] {
            assert!(is_same_name(one, other) && is_same_name(other, one), "{one} and {other}");
        }
        for (one, other) in [
            ("Kai Berg", "Kai"),
            ("Kai Berg", "Kai Uwe Berg"),
            ("Kai Muller", "Kai Müller"),
            ("Dr.", "Mr."),
            ("Kai Ma", "Kai"),
            ("様", "殿"),
        ] {
            assert!(!is_same_name(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn another_name_or_spelling_is_not_a_shorter_one() {
        for (one, other) in [
            ("Kai Berg", "KAI BERG"),
            ("Berg Kai", "Kai Berg"),
            ("Kai Meier", "Kai Berg"),
            ("Kai Meier", "Kai Uwe Berg"),
            ("Karl", "Karla Nagy"),
            ("", "Kai Berg"),
            ("-", "Kai Berg"),
            ("Ms. Nagy", "Kai Berg"),
            ("Ms. Karla Nagy", "Karla Kovacs"),
            ("Bo Berg", "Bernd Otto Berg"),
            ("田中", "山田太郎"),
            ("M. Berg", "Kai Berg"),
        ] {
            assert!(!is_shorter_form_of(one, other), "{one} of {other}");
        }
    }
}
