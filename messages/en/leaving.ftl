## Somebody does not work here any more.

telegram-command-dismiss = Somebody leaves: end their work here

leaving-choose = Who leaves? Tap a name; you will be asked once more. You can also send /dismiss with a staff number, phone or name.
leaving-several = “{ $said }” fits several people. Which one?
leaving-more =
    { $count ->
        [one] One more is not listed;
       *[other] { $count } more are not listed;
    } please send /dismiss with their number, phone or name.
leaving-nobody = Apart from you there is nobody here whom you could dismiss.
leaving-unknown = Nobody has “{ $said }” as their staff number, phone or name. Send /dismiss alone to choose from a list.
leaving-not-here = “{ $said }” does not work here, so there is nothing to end.
leaving-own = You cannot do this for yourself. Please ask another admin.
leaving-admins-only = When a manager or an admin leaves, an admin sees to it.
leaving-over = { $who } does not work here any more. To bring them back, send /invite and invite them again.

# «Wang W08 (Installer)»
leaving-who = { $name } ({ $role })
leaving-phone = Phone: { $phone }
leaving-held =
    { $count ->
        [one] One request is still in their hands:
       *[other] { $count } requests are still in their hands:
    }
leaving-held-none = No unfinished request is in their hands.
leaving-rest =
    { $count ->
        [one] And one more.
       *[other] And { $count } more.
    }
leaving-ask = Do they leave? They can take no more jobs and see no homeowner's details; their number is free again. Name, phone and what they did stay on record.
leaving-yes = Yes, they leave
leaving-no = No
leaving-kept = All right, nothing has changed for { $who }.

leaving-done = { $who } does not work here any more.
leaving-left =
    { $count ->
        [one] One unfinished request is left. Open it to reassign it or to go on with it:
       *[other] { $count } unfinished requests are left. Open them to reassign them or to go on with them:
    }
leaving-offers =
    { $count ->
        [one] One job that was offered to them goes to other installers at once.
       *[other] { $count } jobs that were offered to them go to other installers at once.
    }
leaving-codes =
    { $count ->
        [one] One invitation or code of theirs had not been used and is void now; please invite again if it is needed.
       *[other] { $count } invitations or codes of theirs had not been used and are void now; please invite again if they are needed.
    }
leaving-group = If they are still in the staff group, please remove them there: they could go on reading it.
leaving-same-phone = There are other work accounts with the same phone. Tap the name to end that one too:

# To who left.
leaving-told = Your work account at { $company } is closed, and you will get no more messages about requests. Thank you for your work. If anything at home needs repair or installation, just write to us.
# On the card of a request, for staff.
left-name = { $name } (has left)
