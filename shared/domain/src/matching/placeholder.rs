//! What people write where they have none: `n/a`, `none`, `-`, `self-employed`. It names nobody, so two strangers who
//! write it have nothing in common.

use super::name::spelt;

/// In the spelling of names: lower case, no accents, a space for punctuation. By language: any, English, German,
/// French, Spanish and Portuguese, Italian, Dutch, Nordic, Polish and Czech, and a few more.
const WORDS: &str = "\
    asdf, n a, na, nan, nil, null, qwerty, test, test test, testing, tbd, undefined, \
    company, company name, companyname, freelance, freelancer, home user, i do not have one, individual, just me, me, \
    my company, my own company, myself, no, no company, no company name, no name, nobody, none, none yet, nope, \
    not applicable, not available, not employed, not yet, nothing, other, own company, personal, personal use, \
    private, private individual, private person, retired, same, same as above, self, self employed, selfemployed, \
    sole trader, stealth, stealth mode, stealth startup, student, test company, unemployed, unknown, your company, \
    entfaellt, freiberuflich, freiberufler, ka, k a, kein, keine, keine angabe, keine firma, kein unternehmen, keins, \
    nicht vorhanden, ohne, ohne firma, privat, privatkunde, privatperson, selbstaendig, selbststaendig, siehe oben, \
    testfirma, unbekannt, \
    aucun, aucune, auto entrepreneur, independant, neant, particulier, pas de societe, s o, sans, sans objet, \
    sans societe, \
    autonomo, nada, nenhum, nenhuma, ninguna, ninguno, no aplica, no tengo, nao se aplica, nao tem, particular, \
    prueba, sem empresa, sin empresa, teste, \
    libero professionista, nessuna, nessuno, privato, \
    geen, niet van toepassing, nvt, n v t, zzp, zzper, \
    ei ole, ingen, ingenting, inget, intet, privatkund, saknas, yksityinen, \
    brak, nie dotyczy, osoba prywatna, nemam, zadna, zadny, \
    yok, нет, なし, 无, 没有, 個人, 个人";

/// The same where a person's name is asked for, in all languages. Without words that are names of people: Self, Student,
/// Null and Nil have families.
const NAME_WORDS: &str = "\
    abc, asd, asdf, blah, foo, foo bar, n a, na, qwerty, qwertz, tba, tbd, test, test test, testing, tester, undefined, \
    anonymous, anon, do not want to say, first name, firstname, full name, fullname, \
    last name, lastname, name, no last name, no name, noname, nobody, none, none given, not applicable, not available, \
    not given, not provided, nothing, surname, unknown, your full name, your name, \
    anonym, entfaellt, k a, ka, kein name, kein nachname, keine, keine angabe, mein name, nachname, niemand, \
    ohne namen, unbekannt, vorname, vorname nachname, \
    anonyme, aucun, inconnu, neant, nom, nom prenom, pas de nom, prenom, prenom nom, sans nom, \
    anonimo, apellido, apellidos, desconocido, nenhum, ninguno, nombre, nombre y apellidos, nome, prueba, sem nome, \
    sin nombre, sobrenome, teste, \
    cognome, nessuno, nome cognome, sconosciuto, \
    achternaam, geen, naam, niet van toepassing, n v t, nvt, onbekend, voornaam, \
    efternamn, fornavn, foernamn, ingen, intet, okaend, ukendt, \
    brak, imie, nazwisko, nezname, nieznany, нет, имя, なし, 名前, 无, 姓名";

/// First labels and local parts of addresses that are typed to get past a form.
const ADDRESS_WORDS: &[&str] = &[
    "a", "aa", "aaa", "abc", "asd", "asdf", "blah", "email", "example", "fake", "foo", "mail", "na", "name", "nil",
    "no", "nobody", "noemail", "nomail", "none", "noone", "nothing", "null", "qwerty", "test", "testing", "user", "x",
    "xx", "xxx", "xyz",
];

/// Of these, the ones that say that there is no address.
const NO_ADDRESS: &[&str] = &["na", "nil", "no", "nobody", "noemail", "nomail", "none", "noone", "nothing", "null"];

/// Whether an answer stands where a name is not known, or is not wanted to be. `more` are the playbook's own words.
pub fn is_placeholder(answer: &str, more: &[String]) -> bool {
    let answer = words(answer);
    let mut letters = answer.chars().filter(|letter| letter.is_alphanumeric());
    let (first, second) = (letters.next(), letters.next());
    let says_nothing = match (first, second) {
        (None, _) => true,
        // One sign of a script where one is a word may be a name.
        (Some(letter), None) => letter.is_ascii(),
        _ => answer.chars().all(|letter| letter == 'x'),
    };
    says_nothing || is_listed(&answer) || more.iter().any(|listed| words(listed) == answer)
}

/// Whether an answer stands where a person's name is not known, or is not wanted to be. `more` are the playbook's own
/// words. A letter is an initial, but for an `x`.
pub fn is_placeholder_name(answer: &str, more: &[String]) -> bool {
    let answer = words(answer);
    let says_nothing = answer.chars().all(|letter| letter == 'x' || !letter.is_alphanumeric());
    says_nothing || is_in(NAME_WORDS, &answer) || more.iter().any(|listed| words(listed) == answer)
}

fn words(text: &str) -> String {
    spelt(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a name in its spelling is one of the words.
pub(super) fn is_listed(spelt: &str) -> bool {
    is_in(WORDS, spelt)
}

fn is_in(list: &str, spelt: &str) -> bool {
    list.split(", ").any(|listed| listed == spelt)
}

/// Whether an e-mail address is certainly nobody's: `none@none.com`, `test@test.com`, anything under `.invalid`.
pub fn is_placeholder_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let (local, domain) = (local.to_lowercase(), domain.to_lowercase());
    let mut labels = domain.split('.');
    let (label, top, rest) = (labels.next().unwrap_or_default(), labels.next(), labels.next());
    if domain.ends_with(".invalid") {
        return true;
    }
    let (local, is_short) = (local.as_str(), top.is_some() && rest.is_none());
    let says_none = NO_ADDRESS.contains(&local) && NO_ADDRESS.contains(&label);
    is_short && (says_none || (local == label && ADDRESS_WORDS.contains(&label)))
}

/// Whether a phone number is certainly nobody's: one digit throughout, seven zeros at the end, or digits in a row.
pub fn is_placeholder_number(number: &str) -> bool {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 5 {
        return false;
    }
    let one_digit =
        |digits: &str| digits.len() >= 5 && digits.bytes().all(|digit| Some(digit) == digits.bytes().next());
    // What a country's code leaves.
    let national = (1..=3).filter(|_| number.trim_start().starts_with('+')).filter_map(|length| digits.get(length..));
    let in_a_row = ["01234567890", "9876543210"].iter().any(|row| digits.len() >= 6 && row.contains(&digits));
    one_digit(&digits)
        || national.filter(|rest| rest.len() >= 7).any(one_digit)
        || digits.ends_with("0000000")
        || in_a_row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_nobody_is_a_placeholder() {
        for answer in [
            "",
            " - ",
            "--",
            ".",
            "…",
            "?",
            "n/a",
            "N/A",
            "N.A.",
            "na",
            "None",
            "NONE!",
            "no company",
            "Self",
            "self-employed",
            "Self Employed",
            "Test",
            "x",
            "xXx",
            "1",
            "Keine",
            "k.A.",
            "Selbstständig",
            "privat",
            "Aucune",
            "Néant",
            "s/o",
            "ninguna",
            "n.v.t.",
            "Ingen",
            "brak",
            "нет",
            "なし",
            "not applicable",
            "n/a\u{200b}",
            "Student",
        ] {
            assert!(is_placeholder(answer, &[]), "{answer}");
        }
    }

    #[test]
    fn a_company_is_none_however_odd_its_name_is() {
        for answer in [
            "3M",
            "AG",
            "X Corp",
            "Nil Ltd",
            "None of the Above Records",
            "Private Jets Inc",
            "Test Valley Council",
            "AAA",
            "Self Storage Berlin",
            "No Limits",
            "Nothing Technology",
            "Independent",
            "Studentenwerk",
            "無印良品",
            "云",
            "Me & All Hotels",
            "NA Holding",
        ] {
            assert!(!is_placeholder(answer, &[]), "{answer}");
        }
    }

    #[test]
    fn what_people_type_in_place_of_their_name_is_a_placeholder() {
        for answer in [
            "",
            "-",
            " -- ",
            ".",
            "...",
            "?",
            "\u{200b}",
            "x",
            "XXX",
            "xx xx",
            "n/a",
            "N.A.",
            "None",
            "none!",
            "Test",
            "test test",
            "asdf",
            "Anonymous",
            "No Name",
            "Your name",
            "unbekannt",
            "k.A.",
            "Prénom",
            "sin nombre",
            "Förnamn",
            "нет",
        ] {
            assert!(is_placeholder_name(answer, &[]), "{answer}");
        }
    }

    #[test]
    fn a_persons_name_is_none_however_short_or_odd_it_is() {
        for answer in [
            "K",
            "Ng",
            "Bo Xi",
            "Ana Müller",
            "Christopher Null",
            "Null",
            "Will Self",
            "Student",
            "Nil",
            "Nada",
            "Max",
            "Xaxx",
            "Jennifer Test",
            "No One Ever",
            "云",
            "김",
        ] {
            assert!(!is_placeholder_name(answer, &[]), "{answer}");
        }
    }

    #[test]
    fn every_word_of_the_lists_stands_as_names_are_compared() {
        for list in [WORDS, NAME_WORDS] {
            for word in list.split(", ") {
                assert_eq!(words(word), word);
            }
        }
    }

    #[test]
    fn a_playbook_adds_words_of_its_own() {
        let more = ["Hobby-Projekt".to_owned()];
        assert!(is_placeholder("hobby projekt", &more));
        assert!(!is_placeholder("hobby projekt", &[]));
        assert!(is_placeholder_name("HOBBY PROJEKT", &more));
        assert!(!is_placeholder_name("hobby projekt", &[]));
    }

    #[test]
    fn an_address_that_is_typed_to_get_past_a_form_is_nobodys() {
        for address in ["none@none.com", "NA@na.com", "test@test.com", "a@a.com", "no@noemail.com", "ada@x.invalid"] {
            assert!(is_placeholder_address(address), "{address}");
        }
        for address in
            ["ada@none.com", "test@acme.example", "ada@example.com", "ada@ada.com", "test@mail.test.com", "a"]
        {
            assert!(!is_placeholder_address(address), "{address}");
        }
    }

    #[test]
    fn a_number_that_cannot_be_anybodys_is_nobodys() {
        for number in
            ["0000000", "000 000 0000", "111-111-1111", "+1 555 555 5555", "1234567890", "0123456789", "+49 30 0000000"]
        {
            assert!(is_placeholder_number(number), "{number}");
        }
        for number in [
            "+49 30 1234567",
            "030 123456",
            "+1 800 200 0000",
            "(555) 010-0100",
            "+44 20 7777 7777",
            "110",
            "12345",
            "",
        ] {
            assert!(!is_placeholder_number(number), "{number}");
        }
    }
}
