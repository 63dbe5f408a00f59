//! The names by which payloads say whom they tell about, in normal form.

/// People who fill forms.
pub(super) const PEOPLE: &[&str] = &[
    "person",
    "contact",
    "contacts",
    "lead",
    "leads",
    "respondent",
    "requester",
    "requestor",
    "customer",
    "visitor",
    "registrant",
    "invitee",
    "invitees",
    "subscriber",
    "applicant",
    "candidate",
    "prospect",
    "buyer",
    "submitter",
    "scheduler",
    "booker",
    "customerdetails",
    "contactdetails",
    "personaldetails",
];
/// What services wrap answers in, and other things with them.
pub(super) const ENVELOPES: &[&str] =
    &["responses", "response", "submission", "submissions", "submissiondata", "formresponse", "leadformresponse"];
/// Where services put what people answered.
pub(super) const ANSWERS: &[&str] = &[
    "answers",
    "answer",
    "fields",
    "fieldvalues",
    "fielddata",
    "formfields",
    "formdata",
    "questions",
    "questionsandanswers",
    "customquestions",
    "customfields",
    "merges",
    "mergefields",
    "inputs",
    "humanfields",
    "orderedhumanfields",
    "results",
];
/// People who come along, or stand for the person.
pub(super) const GUESTS: &[&str] = &[
    "attendee",
    "attendees",
    "guest",
    "guests",
    "participant",
    "participants",
    "companion",
    "companions",
    "additionalguests",
    // Who pays is who ordered, where the order does not say it.
    "billing",
    "billingaddress",
    "billingdetails",
    "billto",
];
/// The person's company.
pub(super) const COMPANY: &[&str] =
    &["company", "organization", "organisation", "business", "employer", "companydetails", "associatedcompany"];
/// What only wraps, and names nobody.
pub(super) const WAYS: &[&str] = &[
    "data",
    "values",
    "value",
    "payload",
    "attributes",
    "properties",
    "body",
    "rawrequest",
    "datajson",
    "input",
    "record",
    "item",
    "current",
    "profile",
    "personal",
    "details",
    "info",
    "core",
    "basic",
    "general",
    "individual",
];
/// What a list of ways to reach somebody is called: `phone_numbers`.
pub(super) const KINDS_OF_CONTACT: &[&str] =
    &["name", "names", "email", "emails", "mail", "mails", "phone", "phones", "mobile", "number", "numbers"];
/// What only people are called.
pub(super) const NAME_OF_PERSON: &[&str] =
    &["firstname", "lastname", "fullname", "givenname", "familyname", "surname", "fname", "lname"];
/// People of the form's side.
pub(super) const ROLES: &[&str] = &[
    "owner",
    "organizer",
    "organiser",
    "host",
    "agent",
    "assignee",
    "recipient",
    "receiver",
    "cc",
    "bcc",
    "staff",
    "staffmember",
    "teammate",
    "teammember",
    "consultant",
    "advisor",
    "operator",
    "editor",
    "publisher",
    "creator",
    "rep",
    "salesrep",
    "salesperson",
    "executive",
    "accountexecutive",
    "manager",
    "accountmanager",
    "admin",
    "administrator",
    "approver",
    // German
    "bearbeiter",
    "bearbeiterin",
    "sachbearbeiter",
    "sachbearbeiterin",
    "verkäufer",
    "verkäuferin",
    "betreuer",
    "betreuerin",
    "empfänger",
    // French
    "conseiller",
    "conseillère",
    "vendeur",
    "vendeuse",
    "destinataire",
    // Spanish, Italian and Portuguese
    "vendedor",
    "vendedora",
    "asesor",
    "asesora",
    "destinatario",
    "destinatário",
    "venditore",
    "venditrice",
    "consulente",
    // Dutch
    "verkoper",
    "behandelaar",
    "ontvanger",
];
/// What somebody did who stands after one of [`BY`].
pub(super) const WORK: &[&str] = &[
    "created",
    "modified",
    "updated",
    "edited",
    "published",
    "assigned",
    "managed",
    "handled",
    "owned",
    "erstellt",
    "bearbeitet",
    "geändert",
    "betreut",
    "créé",
    "modifié",
    "creado",
    "modificado",
    "creato",
    "modificato",
    "criado",
    "aangemaakt",
    "gewijzigd",
];
/// Before who did it.
pub(super) const BY: &[&str] = &["by", "von", "par", "por", "da", "door"];
/// Mailboxes of the form's side, before what is reached: `notification_email`.
pub(super) const MAILBOXES: &[&str] = &["notification", "notifications", "notify", "support", "sales"];
/// People who are the person where nobody else is.
pub(super) const WRITERS: &[&str] = &["author", "sender", "reporter"];
/// The form's side, and things.
pub(super) const OTHERS: &[&str] = &[
    "recipients",
    "to",
    "mailto",
    "emailto",
    "sendto",
    "emailccs",
    "ccemails",
    "collaborators",
    "followers",
    "watchers",
    "staffmembers",
    "teammates",
    "teammembers",
    "owners",
    "organizers",
    "organisers",
    "hosts",
    "agents",
    "assignees",
    "assignedto",
    "createdby",
    "updatedby",
    "hubspotowner",
    "notify",
    "notifyto",
    "notification",
    "notifications",
    "webmaster",
    "loggedinuser",
    "eventmemberships",
    "an",
    "para",
    "aan",
    "site",
    "page",
    "listing",
    "account",
    "workspace",
    "team",
    "teams",
    "device",
    "browser",
    "useragent",
    "definition",
    "schema",
    "settings",
    "project",
    "bot",
    "app",
    "sdk",
    "server",
    // What was so before an update.
    "previous",
    "previousattributes",
    // The line that was dialled.
    "called",
    "forwardedfrom",
    // What of a broken body was not read.
    "notread",
];
/// Places and things with a name, an address or a number of their own. What else they say may be the person's:
/// `location.country`.
pub(super) const PLACES: &[&str] = &[
    "location",
    "locations",
    "store",
    "shop",
    "branch",
    "dealer",
    "dealership",
    "showroom",
    "property",
    "venue",
    "office",
    "clinic",
    "practice",
    "salon",
    "restaurant",
    "hotel",
    "school",
    "facility",
    "franchise",
    "outlet",
    "vendor",
    "supplier",
    "product",
    "vehicle",
    "car",
    "unit",
    "course",
    "shipping",
    "shippingaddress",
    "shipto",
    "delivery",
    "deliveryaddress",
    // German
    "filiale",
    "standort",
    "niederlassung",
    "händler",
    "autohaus",
    "immobilie",
    "objekt",
    "praxis",
    "schule",
    // French
    "magasin",
    "agence",
    "succursale",
    "concessionnaire",
    // Spanish, Italian and Portuguese
    "tienda",
    "sucursal",
    "concesionario",
    "inmueble",
    "negozio",
    "concessionaria",
    "immobile",
    "loja",
    "imóvel",
    // Dutch
    "winkel",
    "filiaal",
    "vestiging",
];
/// What somebody takes part in: it may hold answers and those who take part.
pub(super) const OCCASIONS: &[&str] = &["form", "survey", "event", "eventtype", "campaign", "meta", "metadata"];
/// What says nothing of itself about the person, and may hold anything.
pub(super) const WRAPPERS: &[&str] = &["object", "context", "integration", "webhook"];
/// Of [`PEOPLE`], names that an occasion's host has as well.
pub(super) const ANYBODY: &[&str] = &["person", "contact", "contacts", "contactdetails", "personaldetails"];
/// Before what is reached in the name that a program gives, the form's side: `site_email`, `to_name`. `form` is not one
/// of them: pages call their own questions so, `form_email`.
pub(super) const PREFIXES: &[&str] = &[
    "site",
    "page",
    "event",
    "team",
    "workspace",
    "account",
    "campaign",
    "blog",
    "store",
    "branch",
    "dealer",
    "dealership",
    "location",
    "property",
    "venue",
    "post",
    "listing",
    "webmaster",
    "notify",
    "tracking",
    "to",
    "cc",
    "bcc",
];
/// What a name may end with that would make it the person's: `owner_email`.
pub(super) const CONTACT: &[&str] = &["email", "mail", "phone", "mobile", "name", "number", "address"];
/// What any object may say of itself.
pub(super) const OF_ANY_OBJECT: &[&str] =
    &["title", "description", "size", "url", "domain", "website", "web", "role", "position", "type", "label", "text"];
/// Words of a question for a consent, or of an id that looks like an address (`iCalUID`).
pub(super) const NOT_OF_PEOPLE: &[&str] =
    &["utm", "consent", "privacy", "terms", "gdpr", "agree", "agreement", "uid", "uuid"];
