/** A field of the header block that mail programs write above a forwarded mail. */
export type BlockField = 'from' | 'date' | 'to' | 'cc' | 'subject' | 'replyTo';

// As Gmail, Outlook, Apple Mail and Thunderbird write them; some words stand for a field in several languages.
const LABELS: Record<BlockField, string> = {
  from: 'from|von|de|da|van|fra|från|lähettäjä|od|feladó|от|від|kimden|差出人|送信者|发件人|寄件者|보낸 ?사람|από|de la|saatja|nuo|šalje|מאת|من|จาก|từ|dari',
  date: 'sent|date|gesendet(?: am)?|datum|envoyé|fecha|enviado(?: el| em)?|enviada(?: em)?|data|inviato|verzonden|sendt|skickat|dato|lähetetty|päivämäärä|wysłano|odesláno|elküldve|dátum|дата|отправлено|надіслано|tarih|gönderildi|送信日時|日時|日付|发送时间|日期|寄件日期|傳送日期|보낸 ?날짜|날짜|στάλθηκε|ημερομηνία|trimis|изпратено|poslano|odoslané|išsiųsta|saadetud|נשלח|تم الإرسال|التاريخ|ส่ง|วันที่|đã gửi|ngày|dikirim|tanggal|enviat',
  to: 'to|an|à|para|a|aan|til|till|vastaanottaja|do|komu|címzett|кому|kime|宛先|收件人|收件者|받는 ?사람|προς|către|до|za|kam|prima|adressaat|אל|إلى|ถึง|đến|kepada|per a',
  cc: 'cc|kopie(?: \\(cc\\))?|copie(?: à)?|kopia|копия|копія|抄送|副本|참조|κοιν\\.?|копие',
  subject:
    'subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|aihe|temat|předmět|tárgy|тема|konu|件名|主题|主題|제목|θέμα|subiect|относно|predmet|zadeva|tema|teema|נושא|الموضوع|เรื่อง|chủ đề|tiêu đề|perihal|subjek|assumpte',
  replyTo: 'reply-to|antwort an|répondre à|responder a|rispondi a|antwoord aan|svara till|svar til|返信先|回复至',
};

const PATTERNS = Object.entries(LABELS).map(
  ([field, words]) =>
    [field as BlockField, new RegExp(`^\\*{0,2}(?:${words})\\s{0,3}\\*{0,2}[:：]\\*{0,2}[ \\t]*`, 'iu')] as const,
);

/** The line names who wrote what stands below, as the first of a header block does. */
export function isFromLine(line: string): boolean {
  const label = PATTERNS[0]?.[1].exec(line)?.[0];
  return label !== undefined && line.length > label.length;
}

/** The field a line of a header block begins, and its value; null for any other line. */
export function labelled(line: string): { field: BlockField; value: string } | null {
  for (const [field, pattern] of PATTERNS) {
    const label = pattern.exec(line)?.[0];
    if (label !== undefined)
      return {
        field,
        value: line
          .slice(label.length)
          .replace(/^\*+|\*+$/g, '')
          .trim(),
      };
  }
  return null;
}

const SEPARATORS: RegExp[] = [
  /^[-_=*]{2,}[^\n]{0,80}[-_=*]{2,}$/,
  /^[-_=*]{5,}$/,
  /^(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|início da mensagem (?:reencaminhada|encaminhada)|inizio (?:del )?messaggio inoltrato|begin doorgestuurd bericht|vidarebefordrat brev|start på (?:den )?videresendte? (?:besked|melding)|rozpoczęcie przekazanej wiadomości|начало переадресованного сообщения|転送されたメッセージ|以下是转发的邮件|以下為轉寄的郵件)\s*[:：]?$/iu,
];

/** Whether a line only announces the forwarded mail below it. */
export const isSeparator = (line: string): boolean =>
  line.length < 120 && SEPARATORS.some((pattern) => pattern.test(line));
