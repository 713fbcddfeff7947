export const translations = `# Translations

There are three kinds; find out which is meant.

## Content in several languages
A field of the kind translations keeps a row for each language; schema shows "translations languages via articles_translations(articles_id,languages_code)": the languages are items of languages, the texts are fields of articles_translations.
> schema {"keys":["articles_translations","languages"]}
Read one language:
> items {"action":"read","collection":"articles","keys":[1],"query":{"fields":["title","translations.languages_code","translations.title"],"deep":{"translations":{"_filter":{"languages_code":{"_eq":"de-DE"}}}}}}
What lacks a language:
> items {"action":"read","collection":"articles","query":{"filter":{"translations":{"_none":{"languages_code":{"_eq":"fr-FR"}}}},"fields":["id","title"],"limit":5}}
Add one (read first: a language there already is updated, by the id of its row):
> items {"action":"update","collection":"articles","keys":[40],"data":{"translations":{"create":[{"languages_code":"fr-FR","title":"Un titre","summary":"Une phrase."}],"update":[],"delete":[]}}}
> items {"action":"read","collection":"articles_translations","query":{"filter":{"articles_id":{"_eq":40}},"fields":["id","languages_code","title"]}}
A list in place of {"create",...} replaces all languages.
Make a collection translatable: topic relations, kind translations.
A language to translate into is an item:
> items {"action":"create","collection":"languages","data":{"code":"es-ES","name":"Español","direction":"ltr"}}

## Names of fields and collections in Studio
meta.translations of the field or collection, by the language of the person who uses Studio.
> fields {"action":"update","collection":"tags","data":{"field":"name","meta":{"translations":[{"language":"de-DE","translation":"Name"}]}}}
> collections {"action":"update","data":{"collection":"tags","meta":{"translations":[{"language":"de-DE","translation":"Schlagwörter","singular":"Schlagwort","plural":"Schlagwörter"}]}}}

## Custom strings
Texts with a key, used in Studio as $t:key: in notes, names of choices, labels. One value for each key and language (with a region, en-US).
> translations {"action":"set","data":[{"key":"story_note","language":"en-US","value":"Keep it short"},{"key":"story_note","language":"de-DE","value":"Bitte kurz"}]}
> translations {"action":"read","language":"de-DE"}
> translations {"action":"delete","data":[{"key":"story_note","language":"de-DE"}],"dryRun":true}
`;
