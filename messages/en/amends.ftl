## 迟到赔: what was not done as promised, and what there is for it.

amends-unanswered = Nobody answered in time
amends-late = The installer came later than agreed
amends-absent = The installer did not come as agreed
amends-put_off = We moved the visit more than once

amends-made = { $broken }. We are sorry: { $amount } are yours for it, and are in your passbook now.
amends-made-staff = { $id }: { $broken }. The homeowner has got { $amount } for it.
rule-amends = For a broken promise
why-amends = Request { $subject }: { $broken }. The company gives you { $amount } for it.
