/** Guesses the charset of bytes that are no UTF-8 and declare nothing, by what their readings look like. */

/** Enough bytes to judge by; more would only cost time. */
const SAMPLE_BYTES = 64 * 1024;

/** A charset whose reading of the bytes is convincing, or null. */
export function guessCharset(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let best: { charset: string; score: number } | null = null;
  for (const { charset, score } of CANDIDATES) {
    const text = strictly(sample, charset, bytes.length > SAMPLE_BYTES);
    if (text === null) continue;
    const points = score(beyondAscii(text));
    if (points >= 0.5 && (best === null || points > best.score)) best = { charset, score: points };
  }
  return best?.charset ?? null;
}

/** Share of characters that people who use the charset write all the time, 0 to 1. */
type Score = (chars: string) => number;

const share = (chars: string, common: RegExp): number => {
  if (chars.length < 2) return 0;
  return (chars.match(common)?.length ?? 0) / chars.length;
};

// Japanese is told from Chinese by kana; half-width kana are what other charsets look like when read as Shift-JIS.
const japanese: Score = (chars) => {
  const kana = share(chars, /[ぁ-んァ-ヶー、。「」]/g);
  const wrong = share(chars, /[\uff61-\uff9f\ue000-\uf8ff]/g);
  return kana > 0.15 && wrong < 0.1 ? 0.6 + kana * 0.4 : 0;
};
const korean: Score = (chars) => {
  const hangul = share(chars, /[가-힣]/g);
  return hangul > 0.7 ? 0.5 + hangul * 0.4 : 0;
};
// The characters that make up half of all Chinese text; wrong readings are spread over 20,000 others.
const chinese = (common: RegExp): Score => {
  return (chars) => {
    const hit = share(chars, common);
    return hit > 0.12 ? 0.5 + hit : 0;
  };
};
const simplified =
  /[的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运您请谢邮件单订退款,。、：！？]/g;
const traditional =
  /[的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直您請謝郵單訂退款,。、：！？]/g;
const russian: Score = (chars) => {
  const lower = share(chars, /[а-яё]/g);
  const upper = share(chars, /[А-ЯЁ]/g);
  const common = share(chars, /[оеаитнсрвл]/gi);
  // The two Cyrillic charsets swap case when one is taken for the other: real text is mostly lower case.
  return lower + upper > 0.9 && common > 0.4 && lower > upper ? 0.5 + common * 0.5 : 0;
};

const CANDIDATES: { charset: string; score: Score }[] = [
  { charset: 'shift_jis', score: japanese },
  { charset: 'euc-jp', score: japanese },
  { charset: 'euc-kr', score: korean },
  { charset: 'gb18030', score: chinese(simplified) },
  { charset: 'big5', score: chinese(traditional) },
  { charset: 'windows-1251', score: russian },
  { charset: 'koi8-r', score: russian },
];

function strictly(bytes: Uint8Array, charset: string, cut: boolean): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

function beyondAscii(text: string): string {
  return text.replace(/\p{ASCII}+/gu, '');
}
