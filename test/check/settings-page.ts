import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSettings } from '../../config';
import { onlyKnownWords } from '../../config/only-known-words';

onlyKnownWords(process.argv.slice(2), { usage: 'npm run settings-page' });

/** `npm run settings-page`: writes `docs/operations/settings.md` from the table in `config/settings.ts`. */
const page = `# Settings

Ringpost is set by environment variables, read once at start. A wrong value stops the start and is named, all of them at once. An empty variable counts as not given.

${describeSettings()}

This page is made from \`config/settings.ts\` by \`npm run settings-page\`; a test says when it is stale.
`;
writeFileSync(join(__dirname, '..', '..', 'docs', 'operations', 'settings.md'), page);
