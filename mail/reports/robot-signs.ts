/** Signs by which robots are told from people: their addresses and their subjects. */

const DAEMONS =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|mail[-_.]?delivery(?:[-_.]?(?:subsystem|system))?|mailerdaemon|mdaemon|bounces?|bounce-handler|microsoftexchange[0-9a-f]{8,40}|mailsystem|mail-system|delivery[-_.]?(?:status|failure|notification)s?|undeliverable|mmdf|smtp-?daemon|smtpd|dsn|system administrator|(?:.*[-_.])?smtp[-_.](?:mail[-_.]service|gateways?))(?:[+=.\\-].*)?$/i;
const NO_REPLY =
  /(?:^|[-_.+=])(?:do[-_.]?not[-_.]?(?:reply|respond)|no[-_.]?(?:reply|respuesta|responder|responde|response|contestar|conteste)|noreplay|n(?:a|ã)o[-_.]?respond[ae]r?|non[-_.]?rispond(?:ere|a)|ne[-_.]?pas[-_.]?repondre|nicht[-_.]?antworten|keine[-_.]?antwort(?:en)?|ikke[-_.]?svar|svara[-_.]?ej|niet[-_.]?(?:beantwoorden|antwoorden)|nie[-_.]?odpowiadaj|neodpovidej(?:te)?|unattended)(?:[-_.+=]|\d*$)/i;
const NEVER_ANSWERED =
  /^(?:postmaster|abuse|root|hostmaster|webmaster|www-data|nobody|listserv|majordomo|cron|daemon|uucp)(?:[+=].*)?$/i;

// First words of subjects that robots use; each alone proves nothing, people answer such mails too.
const ABSENCE_SUBJECTS = [
  /^(?:auto(?:matic|matische|mated)?[- ]?(?:reply|response|answer|antwort)|autoreply|auto:|out of (?:the )?office|ooo\b|away from (?:the )?office|vacation|on leave|i am out)/i,
  /^(?:automatische antwort|abwesenheit|abwesend|autom(?:atische)? beantwortung|ich bin (?:nicht|derzeit))/i,
  /^(?:réponse automatique|reponse automatique|absence du bureau|absent|message d'absence)/i,
  /^(?:respuesta autom[aá]tica|fuera de (?:la )?oficina|ausencia)/i,
  /^(?:resposta autom[aá]tica|fora do escrit[oó]rio|aus[eê]ncia)/i,
  /^(?:risposta automatica|fuori sede|fuori ufficio|assenza)/i,
  /^(?:automatisch antwoord|afwezig|afwezigheid|autosvar|automatiskt svar|automatisk svar|frånvaro|fravær|automaattinen vastaus|poissa)/i,
  /^(?:automatyczna odpowied|odpowiedź automatyczna|nieobecno|poza biurem|automatická odpov|mimo kancel|automatikus válasz|házon kívül|răspuns automat|otomatik yanıt|ofis dışında)/i,
  /^(?:автоматический ответ|автоответ|вне офиса|отсутств|автоматична відповідь)/i,
  /^(?:自動応答|自動返信|不在|不在通知|自动回复|自動回覆|自动答复|外出|休假|자동 ?회신|부재중|자동응답)/,
  /^(?:رد تلقائي|تلقائي|پاسخ خودکار|מענה אוטומטי|תשובה אוטומטית|αυτόματη απάντηση|ตอบกลับอัตโนมัติ|trả lời tự động|balasan otomatis|(?:balasan|jawapan) automatik|स्वचालित (?:उत्तर|जवाब))/i,
  /^(?:automatski odgovor|samodejn[oi] odgovor|automaatvastus|automaatne vastus|automātiskā atbilde|automatinis atsakymas|автоматичен отговор|автоматски одговор|resposta automàtica|erantzun automatikoa|sjálfvirkt svar)/i,
];
const ANNOUNCEMENT =
  /^(?:auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office(?: autoreply)?|automatische antwort|abwesenheitsnotiz|réponse automatique|respuesta autom[aá]tica|resposta autom[aáà]tica|risposta automatica|automatisch antwoord|autosvar|automatiskt? svar|automaattinen vastaus|automatyczna odpowiedź|odpowiedź automatyczna|automatická odpov[eě][dď]|automatikus válasz|răspuns automat|otomatik yanıt|автоматический ответ|автоответ|автоматична відповідь|自動応答|自動返信|自动回复|自動回覆|自动答复|자동 ?회신|자동응답|رد تلقائي|מענה אוטומטי|תשובה אוטומטית|αυτόματη απάντηση)\s*[:：]/i;
const BOUNCE_SUBJECTS =
  /undeliver(?:able|ed)|delivery (?:status notification|failure|report|has failed|problem|delayed|notification|incomplete|unsuccessful|failed)|(?:mail|message) delivery (?:fail|system|stat|delay|subsystem)|returned mail|mail (?:system )?(?:error|failure|failed)|processing error|failure notice|failed delivery|non[- ]?deliver|nondeliverable|unzustellbar|zustellung|nicht zugestellt|unable to deliver|could ?n[o']t be delivered|not delivered|delivery attempt|warning: (?:could not send|message)|message (?:status|delayed|undeliver)|rejected mail|returned to sender|return(?:ed)? message|remise|non[- ]remis|échec|no se (?:ha )?(?:puede|pudo|podido)|devuelto|entregad|não entregue|mancata consegna|niet bezorgd|onbestelbaar|kan ikke leveres|nie dostarczono|niedostarcz|недоставлен|не (?:может быть )?достав|невозможно доставить|配信(?:不能|エラー|できません)|送信(?:エラー|できません)|エラーメール|退信|退件|系统退信|投递失败|반송|(?:전송|발송) ?실패|전송되지 ?(?:못|않)/i;

/** The local part is one that mail servers write from. */
export function isDaemonAddress(address: string): boolean {
  return DAEMONS.test(localPart(address));
}

/** The local part asks not to be answered. */
export function isNoReplyAddress(address: string): boolean {
  return NO_REPLY.test(localPart(address));
}

/** Nobody may ever send an automatic answer to such an address. */
export function isNeverAnsweredAddress(address: string): boolean {
  return NEVER_ANSWERED.test(localPart(address)) || isDaemonAddress(address) || isNoReplyAddress(address);
}

/** The subject begins like an absence note or another automatic answer; weak without a second sign. */
export function hasAutomaticSubject(subject: string): boolean {
  // No prefix is taken off: "Re: Automatic reply" is what a person answers to one.
  return ABSENCE_SUBJECTS.some((pattern) => pattern.test(subject.trim()));
}

/** An automatic answer names itself before the subject it answers, `Automatic reply: …`; people begin no mail so. */
export function announcesAutomaticAnswer(subject: string): boolean {
  return ANNOUNCEMENT.test(subject.trim());
}

/** The subject reads like that of a bounce; weak without a second sign. */
export function hasBounceSubject(subject: string): boolean {
  return BOUNCE_SUBJECTS.test(subject);
}

function localPart(address: string): string {
  const at = address.lastIndexOf('@');
  return (at < 0 ? address : address.slice(0, at)).replace(/^"|"$/g, '').trim();
}
