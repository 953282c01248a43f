import { cutQuote, REPLY_SEPARATOR } from '../../mail/quote';
import { htmlQuoteStart } from '../../mail/quoting/quote-html';
import { parsed } from './fixture';

const cut = (text: string, subject = 'Re: x') => cutQuote({ subject, text, html: null });

describe('R3 what was newly written in a mail of', () => {
  test.each([
    ['gmail-reply-with-quote', 'Thanks, that solved it!'],
    ['outlook-desktop-reply', 'It still does not print.'],
    ['outlook-web-reply', 'Ja, das passt so. Vielen Dank für die schnelle Hilfe!'],
    ['apple-mail-reply', 'Merci, c’est parfait.'],
    ['yahoo-reply', 'Still waiting for the parcel.'],
    ['protonmail-html-only-reply', 'Please cancel my subscription.'],
    ['android-russian-reply', 'Спасибо, всё заработало, заказ пришёл сегодня утром.'],
  ])('%s', async (name, newText) => {
    const mail = await parsed(name);
    expect(mail.newText).toBe(newText);
    expect(mail.text.length).toBeGreaterThan(newText.length);
  });

  test.each([
    ['English', 'On Fri, Nov 20, 2026 at 4:12 PM Ann <a@b.example> wrote:'],
    ['English, wrapped', 'On Fri, Nov 20, 2026 at 4:12 PM Ann Archer\n<a@b.example> wrote:'],
    ['German', 'Am Fr., 20. Nov. 2026 um 16:12 Uhr schrieb Ann <a@b.example>:'],
    ['German of Thunderbird', 'Am 20.11.26 um 16:12 schrieb Ann:'],
    ['French', 'Le ven. 20 nov. 2026 à 16:12, Ann <a@b.example> a écrit :'],
    ['Spanish', 'El vie, 20 nov 2026 a las 16:12, Ann (<a@b.example>) escribió:'],
    ['Italian', 'Il giorno ven 20 nov 2026 alle ore 16:12 Ann <a@b.example> ha scritto:'],
    ['Portuguese', 'Em sex., 20 de nov. de 2026 às 16:12, Ann <a@b.example> escreveu:'],
    ['Dutch', 'Op vr 20 nov 2026 om 16:12 schreef Ann <a@b.example>:'],
    ['Swedish', 'Den fre 20 nov. 2026 kl 16:12 skrev Ann <a@b.example>:'],
    ['Polish', 'pt., 20 lis 2026 o 16:12 Ann <a@b.example> napisał(a):'],
    ['Russian', 'пт, 20 нояб. 2026 г. в 16:12, Ann <a@b.example>:'],
    ['Russian of Thunderbird', '20.11.2026 16:12, Ann пишет:'],
    ['Chinese', 'Ann <a@b.example> 于2026年11月20日周五 16:12写道：'],
    ['Japanese', '2026年11月20日(金) 16:12 Ann <a@b.example>:'],
    ['Korean', '2026년 11월 20일 (금) 오후 4:12, Ann <a@b.example>님이 작성:'],
  ])('%s before a quote', (_language, introduction) => {
    const text = `The new words.\n\n${introduction}\n\n> The old words.\n> More.\n`;
    expect(cut(text)).toEqual({ newText: 'The new words.', quotedFrom: text.indexOf(introduction) });
  });

  test.each([
    [
      'Hebrew',
      '\u202bבתאריך יום ו׳, 20 בנוב׳ 2026 ב-16:12 מאת \u202aAnn\u202c\u200f <\u202aa@b.example\u202c\u200f>:\u202c',
    ],
    ['SquirrelMail', 'Ann Archer wrote:'],
    ['Gnus', 'Ann Archer <a@b.example> writes:'],
  ])('%s right above a quote', (_program, introduction) => {
    const text = `The new words.\n\n${introduction}\n> The old words.\n`;
    expect(cut(text).newText).toBe('The new words.');
  });

  test.each([
    ['Greek', 'Στις Παρ 20 Νοε 2026 στις 4:12 μ.μ., ο χρήστης Ann <a@b.example> έγραψε:'],
    ['Bulgarian', 'На пт, 20.11.2026 г. в 16:12 Ann <a@b.example> написа:'],
    ['Slovak', 'pi 20. 11. 2026 o 16:12 Ann <a@b.example> napísal(a):'],
  ])('%s before a quote without marks', (_language, introduction) => {
    expect(cut(`The new words.\n\n${introduction}\n\nThe old words.\n`).newText).toBe('The new words.');
  });

  test('a person who tells what somebody wrote is not cut', () => {
    const text = 'My mother wrote:\nplease help.\n\nThanks';
    expect(cut(text)).toEqual({ newText: text, quotedFrom: null });
  });

  test.each([
    ['<div name="quote" style="margin:10px 5px">'],
    ['<div class="mail_android_quote">Am 20.11.26 um 16:12 schrieb Ann:<blockquote class="gmail_quote">'],
  ])('the HTML of GMX and web.de: %s', (quote) => {
    const html = `<div>The new words.</div>${quote}The old words.</div>`;
    expect(cutQuote({ subject: 'Re: x', text: 'The new words.\nThe old words.', html }).newText).toBe('The new words.');
  });

  test.each([
    [
      'GMX',
      'Gesendet:\u00a0Freitag, 20. November 2026 um 16:12 Uhr\nVon:\u00a0"Ann" <a@b.example>\nAn:\u00a0Desk\nBetreff:\u00a0x',
    ],
    ['Lithuanian', 'Nuo: Ann <a@b.example>\nIšsiųsta: 2026 m.\nKam: Desk\nTema: x'],
    ['Croatian', 'Šalje: Ann <a@b.example>\nPoslano: 20. studenog 2026.\nPrima: Desk\nPredmet: x'],
    ['English', 'From: Ann <a@b.example>\nSent: Friday, November 20, 2026 4:12 PM\nTo: Desk\nSubject: RE: x'],
    ['English, bold', '*From:* Ann <a@b.example>\n*Sent:* Friday\n*To:* Desk\n*Subject:* RE: x'],
    ['German', 'Von: Ann <a@b.example>\nGesendet: Freitag, 20. November 2026 16:12\nAn: Desk\nBetreff: AW: x'],
    ['French', 'De : Ann <a@b.example>\nEnvoyé : vendredi 20 novembre 2026 16:12\nÀ : Desk\nObjet : RE: x'],
    ['Spanish', 'De: Ann <a@b.example>\nEnviado el: viernes, 20 de noviembre de 2026 16:12\nPara: Desk\nAsunto: RE: x'],
    ['Greek', 'Από: Ann <a@b.example>\nΣτάλθηκε: Παρασκευή 20 Νοεμβρίου 2026 16:12\nΠρος: Desk\nΘέμα: x'],
    ['Romanian', 'De la: Ann <a@b.example>\nTrimis: vineri, 20 noiembrie 2026 16:12\nCătre: Desk\nSubiect: x'],
    ['Vietnamese', 'Từ: Ann <a@b.example>\nĐã gửi: Thứ Sáu, 20 tháng 11, 2026 16:12\nĐến: Desk\nChủ đề: x'],
    ['Hebrew', 'מאת: Ann <a@b.example>\nנשלח: יום שישי 20 נובמבר 2026 16:12\nאל: Desk\nנושא: x'],
    ['Russian', 'От: Ann <a@b.example>\nОтправлено: 20 ноября 2026 г. 16:12\nКому: Desk\nТема: RE: x'],
    ['Japanese', '差出人: Ann <a@b.example>\n送信日時: 2026年11月20日 16:12\n宛先: Desk\n件名: RE: x'],
    ['Chinese', '发件人: Ann <a@b.example>\n发送时间: 2026年11月20日 16:12\n收件人: Desk\n主题: RE: x'],
  ])('%s with a header block and no quote marks', (_language, block) => {
    const text = `The new words.\n\n${block}\n\nThe old words.\n`;
    expect(cut(text)).toEqual({ newText: 'The new words.', quotedFrom: text.indexOf(block) });
  });

  test.each([
    ['-----Original Message-----'],
    ['-----Ursprüngliche Nachricht-----'],
    ['-------- Исходное сообщение --------'],
    ['------------------ 原始邮件 ------------------'],
    ['-----元のメッセージ-----'],
  ])('%s', (line) => {
    expect(cut(`The new words.\n\n${line}\nFrom: x\nold`).newText).toBe('The new words.');
  });
});

describe('R4 our own separator', () => {
  test('beats every other sign', () => {
    const text = `The new words > 3.\nOn second thought I wrote:\nwell.\n\n> ${REPLY_SEPARATOR}\n> old\n\nfooter of a scanner`;
    expect(cut(text).newText).toBe('The new words > 3.\nOn second thought I wrote:\nwell.');
  });

  test('takes the introduction above it along', () => {
    expect(cut(`New.\n\nOn Friday, Desk <d@x.example> wrote:\n\n> ${REPLY_SEPARATOR}\n> old`).newText).toBe('New.');
  });
});

describe('R2 and R6 nothing is cut', () => {
  test.each([
    ['where the quote is all there is', '> only\n> a quote'],
    ['where answers stand between the quotes', 'Hello,\n\n> When?\n\nYesterday.\n\n> Where?\n\nHere.'],
    ['where the answer stands below the quote', 'On Friday, Ann <a@b.example> wrote:\n> Is it blue?\n\nYes, it is.'],
    ['where nothing is quoted', 'I wrote: hello.\nFrom: now on I pay.'],
    ['where a line of stars parts two thoughts', 'First.\n________________________________\nSecond.'],
    ['where a person lists words with colons', 'From: Berlin\nI want to go by train.\nThanks'],
  ])('%s', (_what, text) => {
    expect(cut(text)).toEqual({ newText: text, quotedFrom: null });
  });

  test('of a forwarded mail', async () => {
    const mail = await parsed('forwarded-by-customer');
    expect(mail.newText).toContain('your account was charged');
    for (const subject of ['Fwd: x', 'FW: x', 'WG: x', 'TR: x', '转发：x']) {
      expect(cut('See below.\n\n-----Original Message-----\nold', subject).quotedFrom).toBeNull();
    }
  });

  test.each(['inline-answers', 'signature-not-cut', 'thunderbird-reply-flowed'])('of %s', async (name) => {
    const mail = await parsed(name);
    expect(mail.newText).toBe(mail.text.trim());
  });
});

describe('R3 the marks of programs in HTML', () => {
  test.each([
    ['Gmail', '<div class="gmail_quote">'],
    ['Gmail of 2024', '<div class="gmail_quote gmail_quote_container">'],
    ['Outlook on the web', '<div id="appendonsend"></div>'],
    ['Outlook on the web, prefixed', '<div id="x_divRplyFwdMsg">'],
    ['Outlook', '<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm">'],
    ['Thunderbird', '<div class="moz-cite-prefix">'],
    ['Apple Mail', '<blockquote type="cite">'],
    ['Yahoo', '<div id="ydp1yahoo_quoted_1" class="ydp1yahoo_quoted">'],
    ['Proton', '<div class="protonmail_quote">'],
    ['Zimbra', '<hr id="zwchr" data-marker="__DIVIDER__">'],
    ['Roundcube', '<p id="reply-intro">'],
    ['163.com', '<div id="isReplyContent">'],
    ['QQ', '------------------&nbsp;原始邮件&nbsp;------------------'],
  ])('%s', (_program, mark) => {
    const html = `<p>New words.</p>${mark}<p>old</p>`;
    expect(htmlQuoteStart(html)).toBe('<p>New words.</p>'.length);
  });

  test('words behind the quoted element forbid the cut', () => {
    expect(htmlQuoteStart('<div class="gmail_quote"><div>old</div></div><p>My answer</p>')).toBeNull();
    expect(htmlQuoteStart('<p>x</p><div class="gmail_quote"><div>old</div></div><br>&nbsp;')).toBe(8);
  });

  test('a forwarded mail inside is not cut', () => {
    expect(
      htmlQuoteStart('<p>FYI</p><div class="gmail_quote">---------- Forwarded message ---------<br>x</div>'),
    ).toBeNull();
  });
});

test.each([
  ['words that begin introductions', 'On '.repeat(50_000)],
  ['a long line that ends like one', `${'a '.repeat(40_000)}:`],
  ['quote marks alone', '>'.repeat(200_000)],
  ['empty lines', `${'\n'.repeat(100_000)}x`],
  ['dashes', '-'.repeat(100_000)],
  ['stars', '*'.repeat(500_000)],
  ['words of header lines', 'From: To: Sent: '.repeat(50_000)],
  ['elements inside each other', `<div class="gmail_quote">${'<div>'.repeat(50_000)}`],
  ['a header line of spaces', `From: ${' '.repeat(100_000)}x`],
  ['introductions without end', 'Am 1.1.2026 um 10:00 schrieb a@b.example\n'.repeat(5000)],
])('R5 %s are read to the end', (_what, text) => {
  const { newText } = cutQuote({ subject: 'x', text, html: text });
  expect(newText.length).toBeLessThanOrEqual(text.length);
});
