//! What people write where they have none: `n/a`, `none`, `-`, `self-employed`. It names nobody, so two strangers who
//! write it have nothing in common.

use std::{collections::HashSet, sync::LazyLock};

use super::name::spelt;

/// In the spelling of names: lower case, no accents, a space for punctuation. By language: any, English, German,
/// French, Spanish and Portuguese, Italian, Dutch, Nordic, Polish and Czech, and a few more.
static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    listed(
        "\
        asdf, n a, na, nan, nil, null, qwerty, test, test test, testing, tba, tbc, tbd, undefined, \
        as above, business, choose, choose one, company, company name, companyname, employer, freelance, freelancer, \
        home user, homemaker, housewife, i am self employed, i do not have one, individual, just me, me, my company, \
        my own company, myself, no, no company, no company name, no company yet, no name, nobody, none, none at present, \
        none at the moment, none right now, none yet, nope, not applicable, not available, not at the moment, \
        not employed, not yet, nothing, organisation, organization, other, own company, pensioner, personal, personal use, \
        please choose, please select, private, private individual, private person, retired, same, same as above, see above, \
        select, select an option, select one, self, self employed, self employed person, selfemployed, sole proprietor, \
        sole trader, stealth, stealth mode, stealth startup, student, test company, unemployed, unknown, your company, \
        auswaehlen, bitte auswaehlen, bitte waehlen, derzeit keine, einzelunternehmen, einzelunternehmer, \
        einzelunternehmerin, entfaellt, firma, firmenname, freiberuflich, freiberufler, freiberuflerin, hausfrau, hausmann, \
        ka, k a, kein, keine, keine angabe, keine angaben, keine firma, kein unternehmen, keins, nicht vorhanden, \
        nicht zutreffend, noch keine, ohne, ohne firma, privat, privatkunde, privatkundin, privatperson, \
        rentner, rentnerin, schueler, schuelerin, selbstaendig, selbstaendige, selbstaendiger, selbststaendig, \
        selbststaendige, selbststaendiger, siehe oben, so, studentin, testfirma, trifft nicht zu, unbekannt, unternehmen, \
        wie oben, \
        aucun, aucune, auto entrepreneur, autoentrepreneur, choisir, choisissez, entreprise, independant, neant, \
        micro entrepreneur, non applicable, particulier, pas d entreprise, pas de societe, retraite, s o, sans, \
        sans entreprise, sans objet, sans societe, selectionner, societe, veuillez choisir, \
        autonomo, elegir, empresa, escolha, nada, nao aplicavel, nao se aplica, nao tem, nao tenho, nenhum, nenhuma, \
        ninguna, ninguno, no aplica, no tengo, no tengo empresa, particular, por cuenta propia, prueba, selecciona, \
        seleccionar, seleccione, selecione, sem empresa, sin empresa, teste, trabalhador independente, \
        azienda, libero professionista, nessuna, nessuno, non ho, privato, scegli, seleziona, societa, \
        bedrijf, bedrijfsnaam, geen, geen bedrijf, kies, maak een keuze, niet van toepassing, nvt, n v t, \
        selecteer, zelfstandige, zzp, zzper, \
        ei ole, foeretag, foeretagsnamn, ikke relevant, ingen, ingenting, inget, intet, privatkund, saknas, vaelj, \
        yksityinen, yritys, \
        brak, brak firmy, nie dotyczy, nie mam, osoba prywatna, wybierz, nemam, zadna, zadny, \
        firma yok, yok, нет, компания, не применимо, なし, 無し, 無, ありません, 個人, 個人事業主, 会社名, 无, 没有, 无公司, 个人, 公司, \
        없음, 개인, 회사명, لا يوجد, لا شيء",
    )
});

/// The same where a person's name is asked for, in all languages. Without words that are names of people: Self, Student,
/// Null and Nil have families.
static NAME_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    listed(
        "\
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
        brak, imie, nazwisko, nezname, nieznany, нет, имя, なし, 名前, 无, 姓名",
    )
});

/// Words of that list which are names as well: beside another part of a name they count.
const ALSO_NAMES: &str = "anon, blah, brak, foo, ka, na, test, tester";

/// What is typed on both sides of the `@` to get past a form, in the languages of the other lists.
const ADDRESS_WORDS: &[&str] = &[
    "a",
    "aa",
    "aaa",
    "abc",
    "asd",
    "asdf",
    "blah",
    "email",
    "example",
    "fake",
    "foo",
    "mail",
    "name",
    "nope",
    "qwerty",
    "spam",
    "test",
    "tester",
    "testing",
    "user",
    "x",
    "xx",
    "xxx",
    "xyz",
    "beispiel",
    "nein",
    "nix",
    "ohne",
    "qwertz",
    "essai",
    "exemple",
    "neant",
    "non",
    "pas",
    "personne",
    "sans",
    "ejemplo",
    "exemplo",
    "nada",
    "nadie",
    "prueba",
    "sem",
    "sin",
    "teste",
    "esempio",
    "prova",
    "nee",
    "voorbeeld",
    "exempel",
    "nej",
    "nie",
    "przyklad",
    "deneme",
    "yok",
];

/// The same where the two differ: words that say that there is no address, and that no person and no company has.
const NO_ADDRESS: &[&str] = &[
    "na",
    "nil",
    "no",
    "nobody",
    "noemail",
    "nomail",
    "none",
    "noone",
    "nothing",
    "null",
    "kein",
    "keine",
    "keineemail",
    "keinemail",
    "keiner",
    "keins",
    "nichts",
    "niemand",
    "aucun",
    "aucune",
    "rien",
    "nenhum",
    "ninguem",
    "ninguna",
    "ninguno",
    "notengo",
    "nessuna",
    "nessuno",
    "niente",
    "geen",
    "geenemail",
    "nvt",
    "ikke",
    "ingen",
    "inget",
    "brak",
    "niemam",
    "nemam",
];

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
    says_nothing || is_listed(&answer) || more.iter().any(|listed| words(listed) == answer) || is_none_and_more(&answer)
}

/// `n/a n/a`, and `n/a (private)`: the first part says it already.
fn is_none_and_more(answer: &str) -> bool {
    let rest = answer.strip_prefix("n a ").or_else(|| answer.strip_prefix("none "));
    rest.is_some_and(is_listed)
}

/// Whether an answer stands where a person's name is not known, or is not wanted to be. `more` are the playbook's own
/// words. A letter is an initial, but for an `x`.
pub fn is_placeholder_name(answer: &str, more: &[String]) -> bool {
    let answer = words(answer);
    let says_nothing = answer.chars().all(|letter| letter == 'x' || !letter.is_alphanumeric());
    says_nothing || NAME_WORDS.contains(answer.as_str()) || more.iter().any(|listed| words(listed) == answer)
}

/// Whether an answer is no part of a person's name, where another answer has the other part: `n/a`, but not the Na of
/// `Na Li`. `more` are the playbook's own words.
pub fn is_placeholder_part(answer: &str, more: &[String]) -> bool {
    let is_plain = answer.chars().all(|letter| letter.is_alphabetic() || letter.is_whitespace());
    is_placeholder_name(answer, more) && !(is_plain && is_in(ALSO_NAMES, &words(answer)))
}

fn words(text: &str) -> String {
    spelt(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a name in its spelling is one of the words.
pub(super) fn is_listed(spelt: &str) -> bool {
    WORDS.contains(spelt)
}

/// A list that is written `one, two, three`, to be looked into often.
fn listed(list: &'static str) -> HashSet<&'static str> {
    list.split(", ").collect()
}

/// Whether a text is one of a short list that is written `one, two, three`.
pub fn is_in(list: &str, text: &str) -> bool {
    list.as_bytes().split(|byte| *byte == b',').any(|listed| listed.trim_ascii_start() == text.as_bytes())
}

/// What stands before the `@` of an address that nobody reads, at any domain. Without `-` and `_`.
const NOBODYS_MAILBOX: &[&str] =
    &["noreply", "donotreply", "none", "noemail", "nomail", "keineemail", "keinemail", "sinemail", "sincorreo"];

/// Whether an e-mail address is certainly nobody's: `none@none.com`, `test@test.com`, `noreply@…`, `123@123.com`,
/// anything under `.invalid`.
pub fn is_placeholder_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let (local, domain) = (local.to_lowercase(), domain.to_lowercase());
    let mut labels = domain.split('.');
    let (label, top, rest) = (labels.next().unwrap_or_default(), labels.next(), labels.next());
    let takes_no_mail = NOBODYS_MAILBOX.contains(&local.replace(['-', '_'], "").as_str());
    let is_number = local == label && local.bytes().all(|byte| byte.is_ascii_digit());
    if domain.ends_with(".invalid") || takes_no_mail || is_number {
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
    fn the_label_of_a_question_or_the_first_line_of_its_list_is_a_placeholder() {
        for answer in [
            "nicht zutreffend",
            "Trifft nicht zu.",
            "Please select",
            "-- Select --",
            "Select...",
            "--- Bitte wählen ---",
            "Choisir",
            "Selbständige",
            "Einzelunternehmer",
            "Rentner",
            "Hausfrau",
            "as above",
            "s.o.",
            "TBA",
            "n/a n/a",
            "N/A (private)",
            "none at the moment",
            "self employed person",
            "autoentrepreneur",
            "não tenho",
            "brak firmy",
            "無",
            "個人事業主",
            "ありません",
            "없음",
            "لا يوجد",
            // The label of the question as its own answer.
            "Firma",
            "Unternehmen",
            "Empresa",
            "Société",
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
            "None of Us",
            "Select Comfort",
            "Firma Kern",
            "Rentner GmbH & Friends",
            "Société Générale",
            "Einzelunternehmer-Verband",
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
            "Xxx",
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
    fn a_part_of_a_name_may_be_written_as_none_is() {
        for answer in ["Na", "Ka", "Test", "Foo", "Anon", "Blah", "Null", "No", "Li"] {
            assert!(!is_placeholder_part(answer, &[]), "{answer}");
        }
        for answer in ["", "-", ".", "n/a", "N.A.", "k.A.", "none", "unknown", "Nachname", "xxx"] {
            assert!(is_placeholder_part(answer, &[]), "{answer}");
        }
        assert!(ALSO_NAMES.split(", ").all(|name| NAME_WORDS.contains(name)));
    }

    #[test]
    fn every_word_of_the_lists_stands_as_names_are_compared() {
        for word in WORDS.iter().chain(NAME_WORDS.iter()) {
            assert_eq!(words(word), *word);
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
        for address in [
            "none@none.com",
            "keine@keine.de",
            "kein@kein.de",
            "rien@rien.fr",
            "nichts@keine.de",
            "nada@nada.es",
            "NA@na.com",
            "test@test.com",
            "a@a.com",
            "no@noemail.com",
            "ada@x.invalid",
            "noreply@noreply.com",
            "no-reply@acme.example",
            "do_not_reply@mail.acme.example",
            "None@gmail.com",
            "noemail@gmail.com",
            "123@123.com",
        ] {
            assert!(is_placeholder_address(address), "{address}");
        }
        for address in [
            "ada@none.com",
            "ada@keine.de",
            "kein@acme.example",
            "test@acme.example",
            "ada@example.com",
            "ada@ada.com",
            "noe.mail@acme.example",
            "123@acme.example",
            "test@mail.test.com",
            "a",
        ] {
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
