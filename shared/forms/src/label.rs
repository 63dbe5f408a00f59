//! What forms call the questions for one target, in the languages that people ask in.

use std::{collections::HashMap, sync::LazyLock};

pub(crate) const EMAIL: &str = "lead.email";
pub(crate) const PHONE: &str = "lead.phone";

/// A target, and how well a question fits it. Names and words are in normal form, parted by `, `.
pub(crate) struct Label {
    pub target: &'static str,
    /// Names that it has outright.
    names: &'static str,
    /// Words that the name of a question for it may hold.
    words: &'static str,
}

impl Label {
    pub(crate) fn is_in(&self, name: &str) -> bool {
        self.words.split(", ").any(|word| name.contains(word))
    }
}

/// The target that a name in normal form has outright.
pub(crate) fn target_of(name: &str) -> Option<&'static str> {
    static TARGETS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        LABELS.iter().flat_map(|label| label.names.split(", ").map(|name| (name, label.target))).collect()
    });
    TARGETS.get(name).copied()
}

/// Whether a name in normal form holds a word that points to this target.
pub(crate) fn points_to(target: &str, name: &str) -> bool {
    LABELS.iter().any(|label| label.target == target && label.is_in(name))
}

/// In the order in which targets choose; a question serves one target only.
pub(crate) static LABELS: [Label; 10] = [
    Label {
        target: EMAIL,
        names: "\
            email, emailaddress, workemail, businessemail, mail, useremail, correo, emailadresse, mailadresse, \
            emailaddresse, commentauthoremail, customeremail, clientemail, guestemail, \
            donoremail, leademail, visitoremail, patientemail, tenantemail, applicantemail, buyeremail, courriel, adresseemail, adressemail, correoelectrónico, correoelectronico, emailadres, \
            epost, epostadresse, epostadress, sähköposti, adresemail, メールアドレス, メール, 邮箱, 电子邮件, 이메일",
        words: "email, mail",
    },
    Label {
        target: "lead.first_name",
        names: "\
            firstname, fname, first, givenname, forename, namefirst, vorname, prenom, prénom, voornaam, förnamn, \
            fornavn, etunimi, imię, primernombre, nombres, vornamen, rufname, prenoms, primeironome, jméno, 名",
        words: "firstname, givenname",
    },
    Label {
        target: "lead.last_name",
        names: "\
            lastname, lname, last, surname, familyname, namelast, nachname, familienname, nomdefamille, apellido, \
            apellidos, cognome, sobrenome, achternaam, efternamn, etternavn, sukunimi, nazwisko, primerapellido, \
            apellidopaterno, apellido1, apelido, apelidos, nomfamille, familienaam, příjmení, ultimonome, zuname, 姓",
        words: "lastname, surname, familyname",
    },
    Label {
        target: "company.employees",
        names: "\
            employees, companysize, teamsize, size, headcount, numberofemployees, numemployees, mitarbeiter, \
            mitarbeiterzahl, anzahlmitarbeiter, anzahldermitarbeiter, unternehmensgröße, effectif, \
            nombredesalariés, nombredemployés, empleados, númerodeempleados, aantalmedewerkers",
        words: "employees, teamsize, companysize, headcount, howmanypeople",
    },
    Label {
        target: "company.name",
        names: "\
            company, companyname, organisation, organization, business, businessname, orgname, org, firma, \
            companyororganization, companyorganization, companyorganisation, companyororganisation, unternehmen, \
            unternehmensname, firmenname, namederfirma, namedesunternehmens, entreprise, société, societe, \
            nomdelentreprise, nomdelasociété, raisonsociale, empresa, nombredelaempresa, nomedaempresa, azienda, \
            nomeazienda, società, ragionesociale, bedrijf, bedrijfsnaam, organisatie, organisationsname, företag, \
            företagsnamn, firmanavn, virksomhed, yritys, nazwafirmy, společnost, компания, организация, 会社名, 会社, \
            御社名, 貴社名, 公司, 公司名称, 회사, 회사명",
        words: "company, organisation, organization, businessname, employer",
    },
    Label {
        target: "lead.name",
        names: "\
            name, fullname, yourname, contactname, displayname, commentauthor, \
            customername, callername, clientname, guestname, donorname, leadname, visitorname, patientname, \
            tenantname, applicantname, buyername, passengername, nom, nombre, nome, naam, ihrname, deinname, \
            meinname, vorundnachname, vorundzuname, vornameundnachname, vornamenachname, vollständigername, \
            ansprechpartner, nomcomplet, votrenom, nometprénom, nometprenom, prénometnom, prenometnom, prénomnom, \
            nomprénom, nombrecompleto, sunombre, tunombre, nombreyapellido, nombreyapellidos, nomecompleto, \
            nomeecognome, seunome, volledigenaam, uwnaam, jenaam, voorenachternaam, fulltnavn, fullständigtnamn, \
            namn, navn, nimi, imięinazwisko, imieinazwisko, jménoapříjmení, имя, фио, お名前, 氏名, 名前, 姓名, 이름, 성함",
        words: "fullname, yourname, contactname",
    },
    Label {
        target: PHONE,
        names: "\
            phone, phonenumber, mobile, telephone, tel, cell, textremindernumber, phonenumbercountrycode, telefon, \
            mobilenumber, mobilephone, mobilephonenumber, cellphone, cellnumber, cellphonenumber, contactnumber, \
            contactphone, contactphonenumber, customerphone, customerphonenumber, callernumber, telephonenumber, telnumber, telno, phoneno, mobileno, workphone, \
            workphonenumber, officephone, businessphone, businessphonenumber, homephone, daytimephone, \
            daytimephonenumber, phonemobile, phonework, userphone, callbacknumber, whatsappnumber, telefonnummer, \
            telefonnr, handy, handynummer, handynr, mobil, mobilnummer, mobiltelefon, mobilfunknummer, rufnummer, \
            rückrufnummer, festnetz, téléphone, téléphoneportable, téléphonemobile, numérodetéléphone, \
            numerodetelephone, portable, teléfono, telefono, teléfonomóvil, telefonomovil, númerodeteléfono, \
            numerodetelefono, móvil, movil, celular, númerodecelular, telefone, telemóvel, telemovel, \
            numerodetelemovel, cellulare, numeroditelefono, recapitotelefonico, telefoonnummer, telefoon, \
            mobielnummer, mobiel, gsm, puhelin, puhelinnumero, numertelefonu, nrtelefonu, telefonkomórkowy, \
            telefonníčíslo, телефон, номертелефона, 電話番号, 電話, お電話番号, 携帯電話, 携帯番号, 手机, 手机号, 手机号码, 电话, 电话号码, 전화번호, \
            휴대폰, 휴대폰번호, 연락처",
        words: "phone, mobile, whatsapp",
    },
    Label {
        target: "lead.message",
        names: "\
            message, comments, comment, commentcontent, body, messagebody, messagetext, notes, description, question, nachricht, enquiry, inquiry, ihrenachricht, \
            ihreanfrage, ihrefrage, anfrage, anliegen, ihranliegen, mitteilung, ihremitteilung, bemerkung, \
            bemerkungen, kommentar, votremessage, votredemande, commentaire, commentaires, mensaje, sumensaje, \
            tumensaje, comentario, comentarios, consulta, mensagem, suamensagem, messaggio, richiesta, bericht, \
            uwbericht, jebericht, opmerking, opmerkingen, meddelande, besked, melding, beskjed, viesti, wiadomość, \
            treśćwiadomości, zpráva, сообщение, お問い合わせ内容, メッセージ, 留言, 메시지, 문의내용",
        words: "message, comment, howcanwehelp, tellus, enquiry, inquiry, additionalnotes",
    },
    Label {
        target: "company.website",
        names: "website, url, web, domain, commentauthorurl, webseite, homepage, siteweb, sitioweb, paginaweb, sitoweb",
        words: "website",
    },
    Label { target: "lead.title", names: "jobtitle, role, position", words: "jobtitle, yourrole" },
];

/// What a Dutch form asks between the first name and the last.
pub(crate) const INFIX: &str = "tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, infix";
/// A second last name, as in Spanish.
pub(crate) const SECOND_LAST_NAME: &str =
    "segundoapellido, apellidomaterno, apellido2, secondlastname, secondsurname, segundosobrenome";
/// Names of questions for a whole name that ask for a part of it where the other part is asked as well.
pub(crate) const WHOLE_OR_PART: &str = "name, nom, nombre, nome, naam, navn, namn, ihrname, votrenom";

/// The code that a phone number is dialled with, where it is asked apart.
pub(crate) const CALLING_CODE: &str = "\
    phonecountrycode, phonecode, phoneprefix, mobilecountrycode, telcountrycode, countrycallingcode, callingcode, \
    countrydialcode, dialcode, dialingcode, diallingcode, countrycode, landesvorwahl, ländervorwahl, ländercode, \
    indicatif, indicatifpays, indicatiftéléphonique, prefijo, prefijotelefónico, prefisso, prefissointernazionale, landcode";
/// The country of a person.
pub(crate) const COUNTRY: &str = "\
    country, countryregion, countryname, countryorregion, countryofresidence, land, pays, país, pais, paese, kraj, země, \
    ország, maa, ülke, страна, країна, 国, 国名, 国家, 国家地区, 국가, البلد";
/// A question for a number that holds one of these does not ask for the person's own line.
pub(crate) const NOT_OWN_LINE: &str =
    "manager, boss, assistant, notfall, company, firma, unternehmen, switchboard, zentrale, fax";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::normal;

    #[test]
    fn every_label_stands_in_normal_form_and_belongs_to_one_target() {
        let names: Vec<&str> = LABELS.iter().flat_map(|label| label.names.split(", ")).collect();
        for name in names.iter().copied().chain(LABELS.iter().flat_map(|label| label.words.split(", "))) {
            assert_eq!(normal(name), name);
        }
        for name in &names {
            assert_eq!(names.iter().filter(|other| other == &name).count(), 1, "{name} stands twice");
        }
    }
}
