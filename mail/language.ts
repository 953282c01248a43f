/** Which language a text is written in. */
import { createRequire } from 'node:module';
import type { detectAll } from 'tinyld';

const SAMPLE_CHARS = 400;
const MIN_LETTERS = 12;
// Below it the detector names languages at random.
const MIN_ACCURACY = 0.15;

type Detector = { detectAll: typeof detectAll };
let loaded: Detector | null = null;

/** Its profiles take 33 MiB of each thread that loads them: only those that read texts do. */
const detector = (): Detector => (loaded ??= createRequire(__filename)('tinyld') as Detector);

/** ISO 639-1 code, or an empty string where the text is too short or the guess too weak. */
export function languageOf(text: string): string {
  const sample = text
    .slice(0, SAMPLE_CHARS * 3)
    .replace(/https?:\/\/\S+|\S+@\S+|[0-9_]+/g, ' ')
    .replace(/^--[ \t]*\n[\s\S]*$/m, '')
    .slice(0, SAMPLE_CHARS)
    .trim();
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  // One character of these scripts says as much as several letters.
  const dense = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(sample);
  if (letters < (dense ? 4 : MIN_LETTERS)) return '';
  const [best] = detector().detectAll(sample);
  return best && best.accuracy >= MIN_ACCURACY ? best.lang : '';
}
