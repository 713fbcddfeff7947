export const fields = `# Fields

{"field":name,"type":type,"meta":{...},"schema":{...}}; data may be a list of them. Relations: topic relations.
> fields {"action":"create","collection":"tags","data":{"field":"importance","type":"string","schema":{"default_value":"normal","is_nullable":false},"meta":{"interface":"select-dropdown","options":{"choices":[{"text":"Normal","value":"normal"},{"text":"High","value":"high"}]},"display":"labels","width":"half"}}}

## Types and their interfaces
- string: input, select-dropdown, select-radio (options.choices)
- text: input-multiline, input-rich-text-html, input-rich-text-md, input-code
- integer, bigInteger, float, decimal: input, slider
- boolean: boolean
- timestamp (with zone), dateTime, date, time: datetime
- json: list (repeater), tags, select-multiple-dropdown, select-multiple-checkbox, input-code
- csv: tags
- hash: input-hash
- geometry.Point and others: map
- alias, special alias,no-data: presentation-divider, presentation-notice; alias,no-data,group: group-raw, group-detail (fields name it in meta.group)

A repeater:
> fields {"action":"create","collection":"tags","data":{"field":"links","type":"json","meta":{"interface":"list","options":{"fields":[{"field":"url","name":"URL","type":"string","meta":{"interface":"input"}}]}}}}
Filled in by Directus: special uuid; date-created, date-updated (timestamp); user-created, user-updated (uuid).
> fields {"action":"create","collection":"tags","data":{"field":"made","type":"timestamp","meta":{"special":["date-created"],"interface":"datetime","readonly":true}}}

## meta
display (labels, datetime, image, user, related-values, formatted-value) and display_options; note, required, readonly, hidden, width (half, full, fill), sort, group; translations [{"language":"de-DE","translation":"Titel"}]; validation (a filter, _regex too) with validation_message; conditions [{"rule":filter,"hidden":true}] (or readonly, required).
## schema
default_value, is_nullable, is_unique, is_indexed, max_length, numeric_precision, numeric_scale. Rows must fit before a field becomes unique or not null.

Updates change what they name; changing type or length can lose values.
> fields {"action":"update","collection":"tags","data":{"field":"importance","meta":{"required":true,"validation":{"importance":{"_in":["normal","high"]}}}}}
> fields {"action":"delete","collection":"tags","field":"importance","dryRun":true}

A collection with its fields (and a key, id, if you give none); schema {} makes it a table, without it is a folder:
> collections {"action":"create","data":{"collection":"events","schema":{},"meta":{"note":"What happens when","display_template":"{{ title }}"},"fields":[{"field":"title","type":"string","meta":{"interface":"input","required":true}}]}}
`;
