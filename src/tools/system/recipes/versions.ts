export const versions = `# Versions and comments

A version keeps changes beside an item until they are promoted into it (main). Only where schema says versioning.
> versions {"action":"create","collection":"articles","key":1,"version":"draft","name":"Draft for Monday","data":{"title":"A new headline"}}
> versions {"action":"save","collection":"articles","key":1,"version":"draft","data":{"summary":"What changed, in one sentence.","tags":{"create":[{"tags_id":3}],"update":[],"delete":[]}}}
save adds to what the version holds; data as in items update.
> versions {"action":"compare","collection":"articles","key":1,"version":"draft"}
Compare shows each field in main and in the version, and whether main changed since. Read an item as the version has it:
> items {"action":"read","collection":"articles","keys":[1],"query":{"version":"draft","fields":["title","summary"]}}
Which versions there are, of an item or of a collection:
> versions {"action":"read","collection":"articles","key":1}
> versions {"action":"promote","collection":"articles","key":1,"version":"draft","dryRun":true}
> versions {"action":"promote","collection":"articles","key":1,"version":"draft"}
Promoting writes over main. When main changed since, it is held: show the person both. Then delete a version that is done with.
> versions {"action":"delete","collection":"articles","key":1,"version":"draft"}

## Comments
Notes by Studio users on an item (not comments of readers, which are items).
> comments {"action":"create","collection":"articles","key":1,"text":"Please check the figures in the second paragraph."}
> comments {"action":"read","collection":"articles","key":1}
Without key: all comments in the collection, newest first. @ and the id of a user notifies that user: ask before. Most users may change only their own.
`;
