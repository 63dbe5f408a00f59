//! The words of the pages that a browser shows after a form: shipped in six languages, each replaceable by the form.

use domain::playbook::{Language, PageTexts};

/// One text of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    ThanksTitle,
    Thanks,
    SorryTitle,
    NotAccepted,
    NotReadable,
    NothingFilled,
    TooLarge,
    TooMany,
    Unavailable,
    GoBack,
    /// The page that holds the form is at fault, and who made it finds out why.
    NotPosted,
    NoForm,
    /// The form has a secret, and what came does not prove that its sender knows it.
    NotProved,
}

/// The form's own text, else the one that comes with the language. `{organisation}` in it stands for the name.
pub(super) fn text(language: Language, own: Option<&PageTexts>, word: Word) -> &str {
    own.and_then(|own| of_form(own, word)).unwrap_or_else(|| shipped(language)[word as usize])
}

fn of_form(own: &PageTexts, word: Word) -> Option<&str> {
    let text = match word {
        Word::ThanksTitle => &own.thanks_title,
        Word::Thanks => &own.thanks,
        Word::SorryTitle => &own.sorry_title,
        Word::NotAccepted => &own.not_accepted,
        Word::NotReadable => &own.not_readable,
        Word::TooLarge => &own.too_large,
        Word::TooMany => &own.too_many,
        Word::Unavailable => &own.unavailable,
        Word::GoBack => &own.go_back,
        Word::NothingFilled | Word::NotPosted | Word::NoForm | Word::NotProved => &None,
    };
    text.as_deref()
}

fn shipped(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::De => &DE,
        Language::Fr => &FR,
        Language::Es => &ES,
        Language::Nl => &NL,
        Language::It => &IT,
    }
}

/// In the order of [`Word`].
type Words = [&'static str; 13];

const EN: Words = [
    "Thank you",
    "{organisation} has received your message.",
    "That did not work",
    "Some answers are missing or cannot be accepted:",
    "Your message could not be read.",
    "Nothing was filled in.",
    "Your message is too large. Please leave out attachments or shorten it.",
    "Too many messages came from your network. Please wait a few minutes.",
    "Your message could not be taken at the moment. Please try again in a few minutes.",
    "Nothing was sent. Go back to the form: your answers are usually still there.",
    "This form is not set up correctly. To the owner of the website: it must send with method=\"post\".",
    "This form is not set up correctly. To the owner of the website: no form can have the name in its address.",
    "Your message was not taken, because this form is not set up correctly. To the owner of the website: it does not send the form's secret, or another one.",
];

const DE: Words = [
    "Vielen Dank",
    "Ihre Nachricht ist bei {organisation} angekommen.",
    "Das hat nicht geklappt",
    "Einige Angaben fehlen oder können nicht angenommen werden:",
    "Ihre Nachricht konnte nicht gelesen werden.",
    "Es wurde nichts ausgefüllt.",
    "Ihre Nachricht ist zu groß. Bitte lassen Sie Anhänge weg oder kürzen Sie sie.",
    "Aus Ihrem Netz kamen zu viele Nachrichten. Bitte warten Sie einige Minuten.",
    "Ihre Nachricht konnte gerade nicht angenommen werden. Bitte versuchen Sie es in einigen Minuten noch einmal.",
    "Es wurde nichts gesendet. Gehen Sie zum Formular zurück: Ihre Angaben stehen meist noch darin.",
    "Dieses Formular ist nicht richtig eingerichtet. Für den Betreiber der Website: Es muss mit method=\"post\" senden.",
    "Dieses Formular ist nicht richtig eingerichtet. Für den Betreiber der Website: So, wie es in der Adresse steht, kann kein Formular heißen.",
    "Ihre Nachricht wurde nicht angenommen, weil dieses Formular nicht richtig eingerichtet ist. Für den Betreiber der Website: Es sendet das Geheimnis des Formulars nicht mit, oder ein anderes.",
];

const FR: Words = [
    "Merci",
    "{organisation} a bien reçu votre message.",
    "L’envoi n’a pas abouti",
    "Certaines réponses manquent ou ne peuvent pas être acceptées :",
    "Votre message n’a pas pu être lu.",
    "Rien n’a été rempli.",
    "Votre message est trop volumineux. Veuillez retirer les pièces jointes ou le raccourcir.",
    "Trop de messages sont venus de votre réseau. Veuillez patienter quelques minutes.",
    "Votre message n’a pas pu être reçu pour le moment. Veuillez réessayer dans quelques minutes.",
    "Rien n’a été envoyé. Revenez au formulaire : vos réponses y sont en général encore.",
    "Ce formulaire est mal configuré. Pour le responsable du site : il doit envoyer avec method=\"post\".",
    "Ce formulaire est mal configuré. Pour le responsable du site : aucun formulaire ne peut porter le nom de cette adresse.",
    "Votre message n’a pas été reçu, car ce formulaire est mal configuré. Pour le responsable du site : il n’envoie pas le secret du formulaire, ou en envoie un autre.",
];

const ES: Words = [
    "Gracias",
    "{organisation} ha recibido su mensaje.",
    "No se ha podido enviar",
    "Faltan respuestas o algunas no se pueden aceptar:",
    "No se ha podido leer su mensaje.",
    "No se ha rellenado nada.",
    "Su mensaje es demasiado grande. Quite los archivos adjuntos o acórtelo.",
    "Han llegado demasiados mensajes desde su red. Espere unos minutos.",
    "En este momento no se ha podido recibir su mensaje. Vuelva a intentarlo dentro de unos minutos.",
    "No se ha enviado nada. Vuelva al formulario: sus respuestas suelen seguir ahí.",
    "Este formulario no está bien configurado. Para el responsable del sitio: debe enviar con method=\"post\".",
    "Este formulario no está bien configurado. Para el responsable del sitio: ningún formulario puede llamarse como dice la dirección.",
    "No se ha recibido su mensaje, porque este formulario no está bien configurado. Para el responsable del sitio: no envía el secreto del formulario, o envía otro.",
];

const NL: Words = [
    "Bedankt",
    "{organisation} heeft uw bericht ontvangen.",
    "Dat is niet gelukt",
    "Sommige antwoorden ontbreken of kunnen niet worden geaccepteerd:",
    "Uw bericht kon niet worden gelezen.",
    "Er is niets ingevuld.",
    "Uw bericht is te groot. Laat bijlagen weg of maak het korter.",
    "Er kwamen te veel berichten van uw netwerk. Wacht een paar minuten.",
    "Uw bericht kon op dit moment niet worden ontvangen. Probeer het over een paar minuten opnieuw.",
    "Er is niets verzonden. Ga terug naar het formulier: uw antwoorden staan er meestal nog.",
    "Dit formulier is niet goed ingesteld. Voor de beheerder van de website: het moet verzenden met method=\"post\".",
    "Dit formulier is niet goed ingesteld. Voor de beheerder van de website: geen formulier kan zo heten als in het adres staat.",
    "Uw bericht is niet ontvangen, omdat dit formulier niet goed is ingesteld. Voor de beheerder van de website: het stuurt het geheim van het formulier niet mee, of een ander.",
];

const IT: Words = [
    "Grazie",
    "{organisation} ha ricevuto il suo messaggio.",
    "L’invio non è riuscito",
    "Alcune risposte mancano o non possono essere accettate:",
    "Non è stato possibile leggere il suo messaggio.",
    "Non è stato compilato nulla.",
    "Il suo messaggio è troppo grande. Tolga gli allegati o lo accorci.",
    "Dalla sua rete sono arrivati troppi messaggi. Attenda qualche minuto.",
    "Al momento non è stato possibile ricevere il suo messaggio. Riprovi tra qualche minuto.",
    "Non è stato inviato nulla. Torni al modulo: di solito le sue risposte ci sono ancora.",
    "Questo modulo non è configurato correttamente. Per il gestore del sito: deve inviare con method=\"post\".",
    "Questo modulo non è configurato correttamente. Per il gestore del sito: nessun modulo può avere il nome indicato nell’indirizzo.",
    "Il suo messaggio non è stato ricevuto, perché questo modulo non è configurato correttamente. Per il gestore del sito: non invia il segreto del modulo, o ne invia un altro.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_words_of_its_own_and_thanks_in_the_name_of_the_organisation() {
        let all = Language::ALL.map(shipped);
        for (index, words) in all.iter().enumerate() {
            assert!(words[Word::Thanks as usize].contains("{organisation}"), "{words:?}");
            assert!(words.iter().all(|word| !word.is_empty()));
            for other in &all[..index] {
                assert!(words.iter().zip(*other).all(|(one, other)| one != other), "{words:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_text_of_the_form_goes_before_the_shipped_one() {
        let own = PageTexts { thanks: Some("Danke!".to_owned()), ..PageTexts::default() };
        assert_eq!(text(Language::De, Some(&own), Word::Thanks), "Danke!");
        assert_eq!(text(Language::De, Some(&own), Word::ThanksTitle), "Vielen Dank");
    }
}
