## Words that people type instead of pressing a button, separated by commas. The id is the intent.

say-report_start = report, report a fault, report a problem, repair, i need a repair, book a repair, book an installation, new request
say-request_mine = progress, check progress, status, my request, my requests, where is my request, when do you come
say-human = human, person, agent, a person, a human, talk to a person, talk to a human, i want a human, i want a person, i want to talk to a person, i want to talk to a human, i want to speak to a person, i want to speak to a human, can i talk to a person, can i talk to a human, human please, speak to a person, speak to a human, real person, customer service
say-jobs_today = today, jobs, my jobs, jobs of today, today's jobs, today’s jobs, jobs today
say-command_queue = queue, to do, open requests
say-command_help = help, menu
say-command_start = start
say-command_verify = verify,check installer,check an installer
say-command_language = language, change language, languages
say-form_cancel = cancel, never mind, quit, stop
say-form_enough = forget it, no longer needed, not needed any more
say-form_back = back, go back, previous
say-form_skip = skip, none, no photos, nothing
say-referral_share = refer,refer a friend,my code,referral
say-passbook_show = passbook, my passbook, points, my points, renovation fund, balance, coupons
say-passbook_statement = statement
say-counter_code = use in shop, use it in the shop
say-board_show = leaderboard, ranking, board
say-yes = yes, y, ok, okay, sure, agree, i agree, confirm, fine
