import { SCHEMA_ID, SCHEMA_VERSION } from '../../schema';
import { isMistyped, type Rule } from '../context';

/** E108: `$schema` is missing, is not ours, or is of a newer release. */
export const schemaVersion: Rule = {
  code: 'E108',
  title: '$schema missing or newer',
  *check(context) {
    const written = context.root['$schema'];
    if (written === SCHEMA_ID || isMistyped(context, '', '$schema')) return;
    const version = typeof written === 'string' ? /\/flow-(\d+)\.json$/.exec(written)?.[1] : undefined;
    const newer = version !== undefined && Number(version) > SCHEMA_VERSION;
    yield {
      pointer: written === undefined ? '' : '/$schema',
      message: newer
        ? `This flow is written for flow language ${version}, and this release knows ${SCHEMA_VERSION}. Update Ringpost, or write the flow for ${SCHEMA_VERSION}.`
        : 'The flow does not say in which version of the flow language it is written.',
      ...(newer ? {} : { suggestion: `Write "$schema": "${SCHEMA_ID}".` }),
    };
  },
};
