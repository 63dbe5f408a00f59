// Google Forms has no webhook: paste this into the form's Apps Script (⋮ → Apps Script),
// set the two values, and add a trigger: onSubmit, from form, on form submit.
const ADDRESS = 'https://handoff.example.com/v1/forms/demo-request';
const SECRET = 'the secret of this form in Handoff';

function onSubmit(e) {
  const namedValues = {};
  e.response.getItemResponses().forEach(function (item) {
    namedValues[item.getItem().getTitle()] = [].concat(item.getResponse());
  });
  const email = e.response.getRespondentEmail();
  if (email) namedValues['Email'] = namedValues['Email'] || [email];
  const payload = {
    formTitle: e.source.getTitle(),
    responseId: e.response.getId(),
    submittedAt: e.response.getTimestamp().toISOString(),
    namedValues: namedValues,
  };
  UrlFetchApp.fetch(ADDRESS, {
    method: 'post',
    contentType: 'application/json',
    headers: { 'X-Handoff-Secret': SECRET },
    payload: JSON.stringify(payload),
  });
}
