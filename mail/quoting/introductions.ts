/** How mail programs introduce a quote, so that its reader's own cut it; by ISO 639-1 code. */
const INTRODUCTIONS: Record<string, (at: string, who: string) => string> = {
  cs: (at, who) => `Dne ${at} ${who} napsal(a):`,
  da: (at, who) => `Den ${at} skrev ${who}:`,
  de: (at, who) => `Am ${at} schrieb ${who}:`,
  en: (at, who) => `On ${at}, ${who} wrote:`,
  es: (at, who) => `El ${at}, ${who} escribió:`,
  fi: (at, who) => `${who} kirjoitti ${at}:`,
  fr: (at, who) => `Le ${at}, ${who} a écrit :`,
  it: (at, who) => `Il ${at}, ${who} ha scritto:`,
  nl: (at, who) => `Op ${at} schreef ${who}:`,
  no: (at, who) => `Den ${at} skrev ${who}:`,
  pl: (at, who) => `W dniu ${at} ${who} napisał(a):`,
  pt: (at, who) => `Em ${at}, ${who} escreveu:`,
  ru: (at, who) => `${at}, ${who} пишет:`,
  sv: (at, who) => `Den ${at} skrev ${who}:`,
  tr: (at, who) => `${who}, ${at} tarihinde şunu yazdı:`,
  ja: (at, who) => `${at} ${who}:`,
  ko: (at, who) => `${at}, ${who}님이 작성:`,
  zh: (at, who) => `${who} 于${at}写道：`,
};

/** The line above a quote, in the language of who reads it where it is a main one, else in English. */
export function quoteIntroduction(quoted: { who: string; at: Date }, timeZone: string, language: string): string {
  const known = Object.hasOwn(INTRODUCTIONS, language) ? language : 'en';
  const format = {
    timeZone,
    dateStyle: known === 'ko' ? 'long' : 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  } as const;
  const locale = known === 'en' ? 'en-GB' : known === 'no' ? 'nb' : known;
  const at = new Intl.DateTimeFormat(locale, format).format(quoted.at);
  return INTRODUCTIONS[known]?.(at, quoted.who) ?? '';
}
