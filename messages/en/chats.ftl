## Chats that change, and files that could not be kept.

group-added = This is the service assistant of { $company }. To make this the staff group, an admin writes /bindcode to me in private and then /bind and the code here.
# $title may be empty.
group-removed = I am out of the staff group { $title } now: new requests have no group to go to. Please add me again, and bind it with a code from /bindcode.
anonymous-how = An anonymous identity has no rights here: I cannot know who you are. Please turn it off in the group’s settings and write again, or write to me in private.
topics-denied = I cannot make topics in the staff group. Please make me an admin with the right to manage topics. Until then, requests go to the main chat of the group.
channel-gap = I was away too long: messages on { $channel } between { $from } and { $to } may not have reached us. Please look through the chats of that time and call homeowners where needed.

files-too-big = { $count ->
    [one] A file is larger than 20 MB and was not kept.
   *[other] { $count } files are larger than 20 MB and were not kept.
} Please send a shorter or smaller version, or some pictures of it.
files-no-space = We cannot store photos and files right now; not kept: { $count }. Please send them again in some hours, and write a few words if it is urgent.
files-kind = { $count ->
    [one] A file could not be opened and was not kept.
   *[other] { $count } files could not be opened and were not kept.
} Please send photos, videos, voice notes or PDF.
files-unseen = I cannot see stickers and files here. Please write, or send photos.
files-lost = { $count ->
    [one] A file never reached us.
   *[other] { $count } files never reached us.
} Please send it again.
files-words-kept = Your words have arrived.
files-later = Your file has not reached us yet. We have made a note of it and will try again; no need to send it again.
