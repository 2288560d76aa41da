## Hello, language, invitations, and one person on several channels.

hello = Hello, this is { $company }. Just write what is wrong or what you would like installed; photos are welcome.
scanned = You scanned the code of { $code }.
scanned-home = You scanned the code of your home: { $home }.
scanned-next = What is wrong? Just write it, or tap “Report a fault”.
hello-staff = Hello. Requests are handled in the staff group; here you can also see the queue and find a request.
hello-installer = Hello. New jobs come here at once; tap “Today's jobs” for those you have.

menu-report = Report a fault
menu-progress = Check progress
menu-human = Talk to a person
menu-language = Language
menu-today = Today's jobs
menu-queue = Queue
menu-help = Help

help-staff =
    Send these at any time, in the group or in private:
    /queue what is open
    /find, a number, phone or address: find it
    /show, a number: open it
    /r, a number and your words: answer a homeowner
    /new file for a caller (private)
    /order note an order (private)
    /refer, a code and a phone: note a referral
    /family note your relatives (private)
    /rewards to pay or hand over
    /spend use a customer’s fund
    /coupon use a customer’s coupon
    /language change the language
    To answer a homeowner, reply to them or tap “Answer”.
help-manager =
    Send these at any time, in the group or in private:
    /queue what is open
    /find, a number, phone or address: find it
    /show, a number: open it
    /r, a number and your words: answer a homeowner
    /invite staff or an installer (private)
    /dismiss when somebody leaves (in private)
    /new file for a caller (private)
    /order note an order (private)
    /refer, a code and a phone: note a referral
    /family note your relatives (private)
    /rewards to pay or hand over
    /spend use a customer’s fund
    /coupon use a customer’s coupon
    /reviews referrals to decide on (private)
    /award, a year: give its award (private)
    /bank word-of-mouth figures (private)
    /adjust a customer’s points or fund (private)
    /language change the language
    To answer a homeowner, reply to them or tap “Answer”.
    To restore a cancelled or not accepted request, tap “More”.
help-admin =
    Send these at any time, in the group or in private:
    /queue what is open
    /find, a number, phone or address: find it
    /show, a number: open it
    /r, a number and your words: answer a homeowner
    /invite a manager, staff or an installer (private)
    /dismiss when somebody leaves (in private)
    /bindcode a code to make a group the staff group (private)
    /new file for a caller (private)
    /order note an order (private)
    /refer, a code and a phone: note a referral
    /family note your relatives (private)
    /rewards to pay or hand over
    /spend use a customer’s fund
    /coupon use a customer’s coupon
    /reviews referrals to decide on (private)
    /award, a year: give its award (private)
    /bank word-of-mouth figures (private)
    /adjust a customer’s points or fund (private)
    /language change the language
    To answer a homeowner, reply to them or tap “Answer”.
    To restore a cancelled or not accepted request, tap “More”.

language-ask = Which language would you like?
language-set = All right, English from now on.
language-zh-CN = 简体中文
language-en = English
language-zh-Hant = 繁體中文

role-admin = Admin
role-staff = Staff
role-manager = Manager
role-installer = Installer

# $who is «joined-who», or nothing where no name is known.
joined-who = , { $name }
joined-installer = Welcome to { $company }{ $who }.
joined-staff = Welcome to { $company }{ $who }. You are staff now: new requests are in the staff group; tap “Claim” and it is yours to follow.
joined-manager = Welcome to { $company }{ $who }. You are a manager now: emergencies and requests that nobody answered in time come here at once.
joined-admin = Welcome. You are an admin of { $company } now. First send /bindcode to set up the staff group, then /invite to bring in your colleagues.
name-ask = What may we call you? Homeowners will read it, such as Ms Wang.
name-kept = Thank you, { $name }.

invite-ask-role = Whom do you invite?
invite-ask-name = What is their name? The homeowner will read it, such as Mr Wang.
invite-ask-number = What is their staff number? Homeowners can check an installer by it, such as W08.
invite-ask-phone = What is their phone number? It shows which referrals are of people who work here, and earn nothing.
invite-number-taken = The number { $number } is taken. Please choose another.
invite-ask-skills = What can they do? Choose any, then tap “Done”.
invite-ask-districts = Which districts do they work in? Choose any; for all of them, just tap “Done”.
invite-ask-photo = Please send a photo of them; the homeowner sees it once they accept. You can also go on without.
invite-made =
    Please send this link to { $name }. It works once, until { $until }:
    { $link }
    If it does not open, or if they are on WeCom, they can send me this code there: { $code }
invite-refused = This invitation is used, expired or wrong. Please ask for a new one; if you are a customer of { $company }, just write what is wrong.
invite-own = This is an invitation you made yourself. Pass it on to the person who is to join; it is still good.
invite-no-more = You do not need this invitation: your role here is already { $role }. It is still good for the person it is meant for.
invite-maker-left = Whoever made this invitation may no longer invite anybody. Please ask a manager for a new one.
invite-number-gone = The number { $number } belongs to somebody else by now. Please ask for a new invitation with another number.

bind-code =
    Add me to the staff group and send this there:
    /bind { $code }
    It works once, until { $until }.
bind-code-link =
    On Telegram, open this link and choose the group; it is bound by itself:
    { $link }

link-homeowners-only = A work account is not linked this way. For a new phone or channel, please ask a manager for another invitation.
link-ask-phone = Which phone number did you give us before?
link-ask-code = If we know that number, a code is in your earlier chat now. If you do not see it there, write anything in that chat and it comes. Please write its six digits here.
link-code = Your code is { $code }, good until { $until }. Somebody wants to link another chat to you; if that is not you, tell it to nobody.
link-refused = The code did not match. Please send /link again in a while, or write to us and our staff will check.
link-done = Done, your requests from both chats are here now.

verify-help = Please write the installer's number, such as W08.
verify-yes = Number { $number } is an installer who works for us.
verify-no = Number { $number } is not an installer of ours. Please let nobody in and pay nothing yet; write to us and our staff will check.
