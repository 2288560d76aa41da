## Telegram: the button that shares a phone, and the menu of commands for each role.

telegram-share-phone = Share my phone number

telegram-command-new = Report a problem or book an installation
telegram-command-status = See how my requests stand
telegram-command-verify = Check an installer's number
telegram-command-link = Link an earlier chat
telegram-command-language = Change the language
telegram-command-help = What I can do
telegram-command-cancel = Stop filling in
telegram-command-jobs = Today's jobs
telegram-command-queue = See what is to be done
telegram-command-find = Find a request by its number, a phone or an address
telegram-command-show = Open a request by its number
telegram-command-r = Answer a homeowner: number and words
telegram-command-new-behalf = Register a request for a caller
telegram-command-invite = Invite a colleague or an installer
telegram-command-bindcode = Get the code that makes a group the staff group
telegram-command-share = Refer a friend
telegram-command-passbook = Passbook
telegram-command-order = Enter an order
telegram-command-refer = Note a code that a customer names
telegram-command-family = Note your own relatives
telegram-command-spend = Pay an order from the renovation fund
telegram-command-coupon = Pay an order by a coupon
telegram-command-rewards = Rewards that wait for us
telegram-command-reviews = Reviews and appeals
telegram-command-award = Give the award of a year: write the year
telegram-command-bank = Figures of the word-of-mouth bank
telegram-command-adjust = Adjust points or the renovation fund
