import { NAME_PATTERN } from '../../schema';
import { isObject, type Rule } from '../context';
import { pointerTo } from '../finding';

const NAME = new RegExp(NAME_PATTERN);
const RESERVED = new Set(['constructor', 'prototype', 'tostring', 'valueof']);

/** E105: a name of a node, variable or setting that is not made of lower-case words joined by "-". */
export const badNodeName: Rule = {
  code: 'E105',
  title: 'Bad node name',
  *check({ root }) {
    for (const [part, word] of PARTS) {
      const named = root[part];
      for (const name of isObject(named) ? Object.keys(named) : []) {
        const reason = wrongWith(name);
        if (!reason) continue;
        const better = name
          .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')
          .replaceAll(/^[-0-9]+|-+$/g, '')
          .slice(0, 50);
        yield {
          pointer: pointerTo(part, name),
          message: `The ${word} name ${JSON.stringify(name)} ${reason}.`,
          ...(better && !wrongWith(better) ? { suggestion: `"${better}" would do.` } : {}),
        };
      }
    }
  },
};

const PARTS = [
  ['nodes', 'node'],
  ['variables', 'variable'],
  ['settings', 'setting'],
] as const;

function wrongWith(name: string): string | null {
  if (RESERVED.has(name.toLowerCase()) || name === '__proto__') return 'is reserved by the machine; choose another';
  if (name.length > 50) return 'is longer than 50 characters';
  return NAME.test(name) ? null : 'must be lower-case words joined by "-", such as "ring-again"';
}
