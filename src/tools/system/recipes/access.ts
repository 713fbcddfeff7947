export const access = `# Access

A user has a role; policies hold permissions and are given to roles, to users or to the public; rights add up, none takes away. A policy with admin_access may do everything, app_access opens Studio.

## What may I do, and why not?
> access {"action":"whoami"}
> access {"action":"explain","collection":"articles","operation":"delete"}
operation: create, read, update, delete, share. With key for one row, field for one field. Do not try again or go around what is missing: tell the person which right it is.
For administrators, with user (email, role or public) for somebody else:
> access {"action":"explain","collection":"articles","operation":"update","user":"editor@example.com"}

## Look (administrators)
kind: users, roles, policies, permissions, access (who has which policy). With user, only what that one has.
> access {"action":"read","kind":"permissions","user":"Editor","query":{"filter":{"collection":{"_eq":"articles"}}}}
> access {"action":"read","kind":"users","query":{"filter":{"status":{"_eq":"active"}}}}

## Give rights (administrators; each is held: say who would gain what)
Policies, roles and users go by name or id, users by email. A policy, what it allows, and who has it:
> access {"action":"create","kind":"policies","data":{"name":"Proofreaders","icon":"spellcheck","app_access":true}}
> access {"action":"create","kind":"permissions","data":[{"policy":"Proofreaders","collection":"articles","action":"read"},{"policy":"Proofreaders","collection":"articles","action":"update"}]}
> access {"action":"create","kind":"roles","data":{"name":"Proofreader","description":"Corrects stories"}}
> access {"action":"create","kind":"access","data":{"policy":"Proofreaders","role":"Proofreader"}}
> access {"action":"create","kind":"users","data":{"email":"nora@example.com","first_name":"Nora","role":"Proofreader"}}
invite true sends a new user a mail. Passwords and tokens are not set here. role "public" gives a policy to everybody.

A permission also takes, where the license allows it:
- fields: ["title","body"]; left out: all
- permissions: a filter for the rows it holds for, such as {"user_created":{"_eq":"$CURRENT_USER"}} (topic filters)
- validation: a filter that new values must fit
- presets: values set by default

Give as little as the task needs. Related rows need rights of their own: to tag articles, create and delete in articles_tags.

## Take rights
Update or delete by the ids that read shows. An assignment, or what a permission is about, is not changed: delete it and create another.
> access {"action":"delete","kind":"permissions","keys":[1],"dryRun":true}
`;
