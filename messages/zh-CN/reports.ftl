## Filing a request.

report-understood = 明白了：{ $what }。还差几项，一步一步来，很快就好。
report-something = 您说的问题
report-any-time = 什么时候都行

report-ask-same = 您有一张没完成的服务单，像是同一件事。补充到那一单，还是另开一单？
report-same-more = 补充到 { $id }
report-same-new = 是新问题
report-same-unfixed = 没修好 { $id }
report-ask-unfixed = { $id } 记的是师傅已经修好。您说的是这一单没修好，还是新的问题？
report-ask-problem = 哪里有问题，或者想装什么？像平时说话一样写就行。
report-in-files = 都在我发的语音或照片里
report-ask-category = 是家里哪一块？
report-ask-photos = 发几张照片或一段视频，师傅来之前就知道带什么。没有也可以。
report-ask-home = 师傅上门的地址是？请写小区、楼号和门牌，例如「世纪大道100弄3号楼1202室」。
report-ask-district = 在哪个区？
report-ask-phone = 师傅上门前打哪个电话找您？
report-phone-known = 用 { $phone }
report-ask-window = 什么时候方便？点一个时段，或直接写，例如「周六上午」。
report-home-short = 地址再写详细一点，师傅才找得到：小区、楼号和门牌。
report-home-which = 您在我们这里有几处地址，点一个，或回复它是第几个。
report-home-private = 没有地址，师傅上不了门。电话和门牌只有接单的师傅和客服能看到。想先问价格，点「不填了」，再发「人工」。
report-phone-wrong = 这个号码好像不完整。请写 11 位手机号，或带区号的座机。
report-rest = 后面还有 { $count } 个字，提交时一起交给客服
report-window-over = 之前选的时间已经过了，其他的都给您留着。请再选一个时间。
report-noted = 这句话也写进去了，请再看一下：
report-summary = 请核对

consent-ask = 同意的话，我们接着问地址和电话。
consent-agree = 同意
consent-needed = 没有您的同意，我们不会记录地址和电话。想先问问，可以打 { $phone }，客服帮您登记。

## What is written outside a form.

ask-the-installer = 想问{ $name }什么？写一句，或发照片。
ask-passed-on = 已经转给{ $name }，客服也看得到，最晚 { $by } 会有人在这里回复您。
ask-nobody = { $id } 现在还没有师傅可以问。请点「人工」问客服。
supplement-ask = 给 { $id } 补充什么？写一句，或发照片。
supplement-kept = 已经记到 { $id }，客服会看到，需要时在这里回复您。
supplement-danger = { $id } 已按紧急处理，最晚 { $by } 客服会联系您。
# There is nobody here who could read it.
nobody-hears = 这里现在没有客服能看到消息，请直接打 { $phone }。
supplement-files-kept = 这一组共收到 { $count } 个，都已记到 { $id }。
passed-on-work = 已经转给客服，最晚 { $by } 有人在这里回复您。手上的活发「今日任务」看。
passed-on-only = 已经转给客服，最晚 { $by } 有人在这里回复您。
passed-on = 已经转给客服，最晚 { $by } 有人在这里回复您。如果是要报修，点一下「报修」，我马上登记。
progress-none = 您还没有服务单。哪里坏了，直接写给我就行，例如「厨房水龙头一直滴水」。
progress-others = 还有 { $count } 单没有办完，点单号看：
progress-line = { $what } · { $state }
told-file-for-you = 客服已替您登记，单号 { $id }。
