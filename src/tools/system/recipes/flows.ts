export const flows = `# Flows

A flow is a trigger and steps (operations), made whole in one call. Everything about flows is held for a confirmation. Flows and steps go by name or key.
> flows {"action":"create","data":{"name":"Hide links","trigger":"event","status":"active","options":{"type":"action","scope":["items.create"],"collections":["reader_comments"]},"operations":[{"key":"has_link","type":"condition","options":{"filter":{"$trigger":{"payload":{"text":{"_contains":"http"}}}}}},{"key":"hide","type":"item-update","options":{"collection":"reader_comments","key":"{{ $trigger.key }}","payload":{"approved":false},"emitEvents":false}}]}}
Steps follow each other; "resolve" and "reject" name another next step after success and failure.

## Triggers: options
- event: type (filter: before the change, may alter or stop it; action: after it), scope [items.create, items.update, items.delete], collections, return
- schedule: cron ("0 8 * * 1-5")
- webhook, at /flows/trigger/<id>: method, async, return
- manual: collections, location (item, collection, both), fields (inputs, like fields of a collection), requireSelection, requireConfirmation, async
- operation: run by a trigger step; return
return: $last, $all or the key of a step.

## Steps: options
- condition: filter, nested as above; false goes to reject
- item-read, item-create, item-update, item-delete: collection, key or query, payload, permissions ($trigger, $full, $public, role id), emitEvents (false, or a flow may set itself off)
- request: url, method, headers [{"header","value"}], body (text)
- mail: to, subject, body, type (markdown, wysiwyg, template). notification: recipient, subject, message
- transform: json. exec: code, "module.exports = async (data) => ({...})", no network
- log: message. sleep: milliseconds. throw-error: code, status, message
- trigger: flow, payload, iterationMode (parallel, serial, batch). json-web-token: operation, payload, secret

## Data in {{ }}
event: $trigger.payload, with $trigger.key (create) or $trigger.keys. manual: $trigger.body.keys, $trigger.body.<input>. webhook: $trigger.body, $trigger.query. Results of steps: {{ step.field }}; also $last, $accountability.user, $env.<allowed name>.

## Look, change, run
> flows {"action":"read","key":"Add an editor note"}
> operations {"action":"create","data":{"flow":"Add an editor note","after":"write_note","key":"tell","type":"log","options":{"message":"{{ $trigger.body.note }}"}}}
> operations {"action":"update","key":"tell","data":{"options":{"message":"Noted"}}}
> flows {"action":"update","key":"Hide links","data":{"status":"inactive"}}
Manual flows, on chosen items with their inputs:
> trigger-flow {"id":"Add an editor note","keys":[1],"data":{"note":"Corrected on Monday"}}
`;
