## What every text may contain: lists, money, days and hours.

list-comma = 、
money = { $yuan } 元

weekday-1 = 週一
weekday-2 = 週二
weekday-3 = 週三
weekday-4 = 週四
weekday-5 = 週五
weekday-6 = 週六
weekday-7 = 週日

month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月

day-yesterday = 昨天
day-today = 今天
day-tomorrow = 明天({ $weekday })
day-this-year = { $month }{ $day }日({ $weekday })
day-other-year = { $year }年{ $month }{ $day }日({ $weekday })

clock-window = { $start }–{ $end }

# «明天(週日) 14:00»; $clock may also be a window of hours.
moment-near = { $day } { $clock }
# «11月25日(週三) 14:00»
moment-far = { $day } { $clock }
# A window that ends on another day.
moment-window = { $start } 至 { $end }
