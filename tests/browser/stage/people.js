// A person, a policy and words, for whatever is shown on the stage.

export const POLICY = {
  site: 'stage', version: 7,
  controllers: [{ name: 'Halden & Moor' }],
  purposes: [
    { id: 'necessary', legalBasis: 'contract', data: [{ category: 'basket' }] },
    { id: 'functionality', recipients: ['cartello'], data: [{ category: 'connection', retention: 'P30D' }] },
    {
      id: 'analytics', recipients: ['countwise', 'heatlane'], perRecipient: true,
      data: [{ category: 'visits', retention: 'P25M' }, { category: 'connection', retention: 'P7D' }],
    },
    {
      id: 'news', data: [{ category: 'address' }],
      preferences: [{ id: 'glazes', kind: 'topic' }, { id: 'workshops', kind: 'topic' }, { id: 'often', kind: 'frequency', steps: ['yearly', 'monthly', 'weekly'] }],
    },
    { id: 'marketing', recipients: ['adlumen'], data: [{ category: 'visits', retention: 'P6M' }], transfers: [{ country: 'US', safeguard: 'scc' }] },
    { id: 'health', recipients: ['heatlane'], data: [{ category: 'health', retention: 'P90D' }], transfers: [{ country: 'KR', safeguard: 'consent' }] },
    { id: 'profiles', data: [{ category: 'visits', retention: 'P6M' }] },
  ],
  recipients: [
    { id: 'cartello', name: 'Cartello B.V.', country: 'NL' },
    { id: 'countwise', name: 'Countwise OÜ', country: 'EE' },
    { id: 'heatlane', name: 'Heatlane Inc.', country: 'US' },
    { id: 'adlumen', name: 'Adlumen GmbH', country: 'DE' },
  ],
  services: [
    { id: 'countwise', name: 'Countwise', needs: ['analytics'], trackers: [{ name: '_cw', lifetime: 'P13M' }, { name: 'cw.*', kind: 'local' }] },
    { id: 'adlumen', name: 'Adlumen', needs: ['marketing'], trackers: [{ name: 'uid', host: 'adlumen.example', lifetime: 'P6M' }] },
  ],
  settings: {},
};

const item = (key, about) => {
  const [purpose, recipient = ''] = key.split('/');
  return { key, purpose, recipient, control: 'switch', granted: false, reasons: [{ code: 'REFUSED', regime: '', record: '' }], on: 'g', off: 'r', keep: 'l', links: [], decides: [], isNew: false, changes: [], ...about };
};

export const PERSON = {
  prompt: {
    kind: 'required', suppressed: null, guardian: [{ item: 'profiles', reason: 'GUARDIAN_UNVERIFIED' }], links: ['opt_out', 'limit'],
    items: ['functionality', 'analytics', 'news', 'marketing'].map((key) => ({ item: key, reason: 'FIRST_VISIT' })),
  },
  items: [
    item('necessary', { control: 'fixed', granted: true, on: '-', off: '-', keep: '-', reasons: [{ code: 'EXEMPT' }] }),
    item('functionality'),
    item('analytics', { granted: true, off: 'w', reasons: [{ code: 'GIVEN' }], changes: [{ part: 'data', material: true, id: 'visits', was: 'P13M', now: 'P25M' }] }),
    item('analytics/countwise', { granted: true, off: 'w', reasons: [{ code: 'GIVEN' }] }),
    item('analytics/heatlane'),
    item('news', { granted: true, off: 'w', reasons: [{ code: 'GIVEN' }] }),
    item('marketing', { on: 'l', links: ['opt_out'], reasons: [{ code: 'SIGNAL', regime: 'US-CA' }] }),
    item('health', { control: 'separate', links: ['limit'], granted: true, reasons: [{ code: 'DEFAULT_ON' }] }),
    item('profiles', { control: 'guardian', reasons: [{ code: 'GUARDIAN_NEEDED' }] }),
  ],
  documents: [{ id: 'terms', version: '5', url: '/terms', state: 'announced', waits: true, effective: Date.UTC(2027, 0, 1), graceUntil: Date.UTC(2027, 1, 28) }],
  banner: { accept: '-ggggglll', refuse: '-rrrrrlll' }, centre: { accept: '-ggggglll', refuse: '-rrrrrlll' }, withdraw: '-lwwlwlll', signal: '',
  conflict: '-lllllgll', link: false, subject: 'k7f293abc', stamp: 's', lastAnswer: Date.UTC(2026, 4, 12, 9, 41), askAgain: Date.UTC(2027, 4, 12), regimes: ['EU'],
  history: [
    { at: Date.UTC(2026, 4, 12, 9, 41), control: 'centre.save', given: ['analytics', 'news'], refused: ['functionality', 'marketing'], withdrawn: [] },
    { at: Date.UTC(2026, 0, 14, 20, 7), control: 'centre.save', given: [], refused: [], withdrawn: ['functionality'] },
    { at: Date.UTC(2025, 10, 3, 18, 20), control: 'banner.accept', given: ['functionality'], refused: [], withdrawn: [] },
  ],
};

const EN = {
  'necessary.name': 'Running the shop', 'necessary.text': 'Keeps your basket, signs you in and protects payment.',
  'functionality.name': 'Maps', 'functionality.text': 'Sends your position, rounded to about 1 km. It is not kept.', 'functionality.ask': 'Use your location for this search?',
  'functionality.yes': 'The map loads at once.', 'functionality.no': 'You see the addresses as a list.',
  'analytics.name': 'Measure visits', 'analytics.text': 'Counts pages and clicks, so that we can mend what does not work.', 'analytics.no': 'Saying no changes nothing about price or delivery.',
  'news.name': 'News by e-mail', 'news.text': 'Tells you of new pieces.',
  'marketing.name': 'Ads on other sites', 'marketing.text': 'Lets Adlumen show you our pieces elsewhere.',
  'health.name': 'Exact location', 'health.text': 'Sends your exact address to the carrier abroad.',
  'profiles.name': 'Suggestions', 'profiles.text': 'Sorts pieces by what you looked at here.',
  'data.basket.name': 'Your basket', 'data.visits.name': 'Pages that you view', 'data.connection.name': 'Type of device and browser', 'data.address.name': 'Your e-mail address', 'data.health.name': 'Name, phone, address',
  'preference.glazes.name': 'New glazes', 'preference.workshops.name': 'Workshops', 'preference.often.name': 'How often',
  'preference.often.yearly': 'Once a year', 'preference.often.monthly': 'Once a month', 'preference.often.weekly': 'Once a week',
  'service.cartello.text': 'Cartello Maps, Netherlands, would learn your IP address.',
  'document.terms.name': 'Terms of service', 'document.terms.text': 'Three points change.',
  'document.terms.1.name': 'Price changes', 'document.terms.1.text': 'We tell you 30 days ahead, instead of 14.',
  'document.terms.2.name': 'After you leave', 'document.terms.2.text': 'We delete your books after 30 days, instead of 90.',
  'document.terms.3.name': 'Assistant', 'document.terms.3.text': 'An optional assistant may read invoices that you hand to it. Off unless you turn it on.',
  'document.terms.no': 'If you do not agree, today’s terms stay until 28 February 2027. Then your account is read-only, and you can export everything for a year.',
  'document.terms.yes': 'If you agree, the new terms apply from 1 January 2027. Your plan and its price stay the same.',
};

const AR = {
  'necessary.name': 'تشغيل المتجر', 'necessary.text': 'يحفظ سلة مشترياتك ويسجّل دخولك ويحمي عملية الدفع.',
  'functionality.name': 'الخرائط', 'functionality.text': 'يرسل موقعك مقرّبًا إلى نحو كيلومتر واحد، ولا يُحفظ.', 'functionality.ask': 'هل نستخدم موقعك في هذا البحث؟',
  'functionality.yes': 'تظهر الخريطة فورًا.', 'functionality.no': 'ترى العناوين في قائمة.',
  'analytics.name': 'قياس الزيارات', 'analytics.text': 'يحصي الصفحات والنقرات لنصلح ما لا يعمل.', 'analytics.no': 'لن يغيّر الرفض شيئًا في السعر أو التوصيل.',
  'news.name': 'الأخبار بالبريد', 'news.text': 'يخبرك بالقطع الجديدة.',
  'marketing.name': 'الإعلانات في مواقع أخرى', 'marketing.text': 'يتيح لشركة Adlumen عرض قطعنا عليك في أماكن أخرى.',
  'health.name': 'الموقع الدقيق', 'health.text': 'يرسل عنوانك الدقيق إلى شركة النقل في الخارج.',
  'profiles.name': 'اقتراحات', 'profiles.text': 'يرتّب القطع حسب ما شاهدته هنا.',
  'data.basket.name': 'سلتك', 'data.visits.name': 'الصفحات التي تزورها', 'data.connection.name': 'نوع الجهاز والمتصفح', 'data.address.name': 'بريدك الإلكتروني', 'data.health.name': 'الاسم والهاتف والعنوان',
  'preference.glazes.name': 'ألوان جديدة', 'preference.workshops.name': 'ورش العمل', 'preference.often.name': 'كم مرة',
  'preference.often.yearly': 'مرة في السنة', 'preference.often.monthly': 'مرة في الشهر', 'preference.often.weekly': 'مرة في الأسبوع',
  'service.cartello.text': 'ستعرف Cartello Maps في هولندا عنوان IP الخاص بك.',
  'document.terms.name': 'شروط الخدمة', 'document.terms.text': 'تتغيّر ثلاث نقاط.',
  'document.terms.1.name': 'تغيّر الأسعار', 'document.terms.1.text': 'نخبرك قبل 30 يومًا بدلًا من 14.',
  'document.terms.2.name': 'بعد مغادرتك', 'document.terms.2.text': 'نحذف دفاترك بعد 30 يومًا بدلًا من 90.',
  'document.terms.3.name': 'المساعد', 'document.terms.3.text': 'يمكن لمساعد اختياري قراءة الفواتير التي تسلّمها له. متوقف ما لم تشغّله.',
  'document.terms.no': 'إن لم توافق، تبقى شروط اليوم حتى 28 فبراير 2027. بعدها يصبح حسابك للقراءة فقط.',
  'document.terms.yes': 'إن وافقت، تسري الشروط الجديدة من 1 يناير 2027. خطتك وسعرها لا يتغيّران.',
};

export const WORDS = { en: EN, ar: AR };
