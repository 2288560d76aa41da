## What every text may contain: lists, money, days and hours.

list-comma = { ", " }
money = ¥{ $yuan }

weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun

month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

day-yesterday = yesterday
day-today = today
day-tomorrow = tomorrow ({ $weekday })
day-this-year = { $weekday } { $day } { $month }
day-other-year = { $weekday } { $day } { $month } { $year }

clock-window = { $start }–{ $end }

# «tomorrow (Sun) 14:00»; $clock may also be a window of hours.
moment-near = { $day } { $clock }
# «Wed 25 Nov, 14:00»
moment-far = { $day }, { $clock }
# A window that ends on another day.
moment-window = { $start } to { $end }

## Pieces of other texts.

# A person's own words, as they are.
words = { $words }
# «Kitchen, Faucet, Dripping»
joined = { $parts }
# An agreed or wished window: «tomorrow (Sun) 14:00–16:00».
window = { $span }
window-open = a time still to be agreed
# Who left no name; nearly always the homeowner.
somebody = Homeowner
# Who works here and left no name; it also stands within a sentence.
colleague = one of our staff
# A full address, as its owner wrote it; the door may be empty.
home = { $address } { $door }
# An address without the door, and its district.
area = { $address } · { $district }
# A district that nobody told us.
somewhere = not given yet
no-reason = none given

sorry-later = Something went wrong and this was not done. What you sent is kept and will be tried again; if it is urgent, please send it once more.
staff-quarantined = A message from { $channel } could not be handled. It is kept, and whoever sent it has had no answer yet. Please ask your technical colleague to look.
you = You
