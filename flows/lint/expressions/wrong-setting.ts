import type { SettingDeclaration } from '../../flow';
import type { SettingUse } from '../../setting-places';
import type { LintContext } from '../context';
import type { Found } from '../finding';
import { placesOfSettings } from '../places-of-settings';

/** Settings that stand where another type is needed, as findings of E306. */
export function* wrongSettings(context: LintContext): Iterable<Found> {
  const { settings } = context;
  for (const { pointer, setting, use } of placesOfSettings(context)) {
    const declared = Object.hasOwn(settings, setting) ? settings[setting] : undefined;
    if (!declared || use === null || TYPES[use] === declared.type) continue;
    yield {
      pointer,
      message: `The setting "${setting}" is of the type "${declared.type}", and here stands ${WORDS[use]}. Name a setting of the type "${TYPES[use]}".`,
    };
  }
}

/** The type a setting must have for each use; names that have no type of their own are texts. */
const TYPES: Record<SettingUse, SettingDeclaration['type']> = {
  group: 'group',
  agent: 'text',
  template: 'template',
  list: 'list',
  connection: 'text',
  duration: 'duration',
  address: 'text',
};

const WORDS: Record<SettingUse, string> = {
  group: 'a group',
  agent: 'an agent',
  template: 'a template',
  list: 'a blocklist',
  connection: 'a connection',
  duration: 'a duration',
  address: 'an address',
};
