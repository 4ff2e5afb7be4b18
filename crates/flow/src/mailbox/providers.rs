//! The providers that the full edition knows beyond those that most people have: every domain by its full name,
//! because under another ending the same word is somebody else's.

use super::Provider;

/// In no order that matters: no domain is there twice.
pub(super) const OTHERS: &[Provider] = &[
    (
        "hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es hotmail.be hotmail.se hotmail.dk hotmail.no \
         hotmail.ca hotmail.cl hotmail.gr hotmail.co.jp hotmail.co.th hotmail.com.br hotmail.com.ar hotmail.com.tr \
         hotmail.com.au live.co.uk live.fr live.de live.nl live.be live.it live.se live.dk live.no live.ca live.at \
         live.cn live.jp live.in live.com.au live.com.mx live.com.pt outlook.de outlook.fr outlook.es outlook.it \
         outlook.be outlook.dk outlook.at outlook.jp outlook.kr outlook.sa outlook.in outlook.cl outlook.cz \
         outlook.hu outlook.ie outlook.lv outlook.my outlook.ph outlook.pt outlook.sg outlook.sk outlook.co.id \
         outlook.co.il outlook.co.th outlook.com.ar outlook.com.au outlook.com.br outlook.com.gr outlook.com.tr \
         outlook.com.vn windowslive.com passport.com",
        "Outlook",
        "https://outlook.live.com/mail/",
    ),
    (
        "yahoo.co.uk yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.ca yahoo.ie yahoo.gr yahoo.ro yahoo.se yahoo.no \
         yahoo.dk yahoo.pl yahoo.nl yahoo.be yahoo.fi yahoo.cl yahoo.in yahoo.co.in yahoo.co.id yahoo.co.nz \
         yahoo.co.th yahoo.co.za yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.co yahoo.com.hk yahoo.com.mx \
         yahoo.com.my yahoo.com.pe yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn myyahoo.com",
        "Yahoo Mail",
        "https://mail.yahoo.com/",
    ),
    ("yahoo.co.jp ymail.ne.jp", "Yahoo!メール", "https://mail.yahoo.co.jp/"),
    ("aol.com aim.com aol.co.uk aol.de aol.fr verizon.net", "AOL Mail", "https://mail.aol.com/"),
    ("gmx.de gmx.net", "GMX", "https://www.gmx.net/"),
    ("gmx.at", "GMX", "https://www.gmx.at/"),
    ("gmx.ch", "GMX", "https://www.gmx.ch/"),
    ("gmx.com gmx.us gmx.co.uk", "GMX", "https://www.gmx.com/"),
    ("gmx.fr", "GMX", "https://www.gmx.fr/"),
    ("gmx.es", "GMX", "https://www.gmx.es/"),
    ("web.de", "WEB.DE", "https://web.de/"),
    ("mail.com email.com", "mail.com", "https://www.mail.com/"),
    ("t-online.de magenta.de", "T-Online", "https://email.t-online.de/"),
    ("freenet.de", "freenet Mail", "https://email.freenet.de/"),
    ("posteo.de posteo.net", "Posteo", "https://posteo.de/"),
    ("mailbox.org", "mailbox.org", "https://mailbox.org/"),
    ("tuta.com tutanota.com tutanota.de tutamail.com tuta.io keemail.me", "Tuta", "https://app.tuta.com/"),
    ("fastmail.com fastmail.fm", "Fastmail", "https://app.fastmail.com/"),
    ("hey.com", "HEY", "https://app.hey.com/"),
    ("zoho.com zohomail.com", "Zoho Mail", "https://mail.zoho.com/"),
    ("zohomail.eu", "Zoho Mail", "https://mail.zoho.eu/"),
    ("zohomail.in", "Zoho Mail", "https://mail.zoho.in/"),
    ("mailfence.com", "Mailfence", "https://mailfence.com/"),
    ("comcast.net", "Xfinity", "https://connect.xfinity.com/"),
    ("bluewin.ch", "Bluewin", "https://www.bluewin.ch/"),
    ("orange.fr wanadoo.fr", "Orange", "https://mail.orange.fr/"),
    ("laposte.net", "La Poste", "https://www.laposte.net/"),
    ("free.fr", "Free", "https://webmail.free.fr/"),
    ("sfr.fr neuf.fr", "SFR Mail", "https://webmail.sfr.fr/"),
    ("libero.it iol.it inwind.it blu.it giallo.it", "Libero Mail", "https://mail.libero.it/"),
    ("virgilio.it", "Virgilio Mail", "https://mail.virgilio.it/"),
    ("tiscali.it", "Tiscali Mail", "https://mail.tiscali.it/"),
    ("sapo.pt", "SAPO Mail", "https://mail.sapo.pt/"),
    ("seznam.cz email.cz post.cz", "Seznam Email", "https://email.seznam.cz/"),
    ("centrum.cz atlas.cz", "Centrum", "https://mail.centrum.cz/"),
    ("wp.pl", "WP Poczta", "https://poczta.wp.pl/"),
    ("o2.pl tlen.pl go2.pl", "Poczta o2", "https://poczta.o2.pl/"),
    ("onet.pl onet.eu op.pl vp.pl poczta.onet.pl", "Onet Poczta", "https://poczta.onet.pl/"),
    ("interia.pl interia.eu poczta.fm", "Interia Poczta", "https://poczta.interia.pl/"),
    ("freemail.hu", "Freemail", "https://freemail.hu/"),
    ("abv.bg", "ABV", "https://www.abv.bg/"),
    ("inbox.lv", "Inbox.lv", "https://www.inbox.lv/"),
    ("ukr.net", "UKR.NET", "https://mail.ukr.net/"),
    ("i.ua", "I.UA", "https://mail.i.ua/"),
    ("mail.ru inbox.ru list.ru bk.ru internet.ru", "Mail.ru", "https://e.mail.ru/"),
    ("yandex.com", "Yandex", "https://mail.yandex.com/"),
    ("yandex.ru ya.ru yandex.by yandex.kz", "Yandex", "https://mail.yandex.ru/"),
    ("rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru", "Rambler", "https://mail.rambler.ru/"),
    ("qq.com foxmail.com", "QQ邮箱", "https://mail.qq.com/"),
    ("163.com", "网易邮箱", "https://mail.163.com/"),
    ("126.com", "网易邮箱", "https://mail.126.com/"),
    ("yeah.net", "网易邮箱", "https://www.yeah.net/"),
    ("sina.com", "新浪邮箱", "https://mail.sina.com.cn/"),
    ("sohu.com", "搜狐邮箱", "https://mail.sohu.com/"),
    ("aliyun.com", "阿里邮箱", "https://mail.aliyun.com/"),
    ("naver.com", "네이버 메일", "https://mail.naver.com/"),
    ("daum.net hanmail.net", "Daum 메일", "https://mail.daum.net/"),
    ("rediffmail.com", "Rediffmail", "https://mail.rediff.com/"),
    ("uol.com.br", "UOL Mail", "https://email.uol.com.br/"),
    ("walla.co.il walla.com", "Walla! Mail", "https://mail.walla.co.il/"),
];
