import { operators } from './operator';

const D = 'support-desk';
const T = 'two-sites';
const H = 'working-hours';
const V = 'vip-webhook';
const N = 'out-of-hours';
const B = 'broadcast';

/** Edits after which a flow names what does not exist, is empty, or cannot be called. */
export const outside = operators([
  ['E501', 'misspelt-template', D, '"enquiry-closed-idle"', '"enquiry-closed-idel"', '/nodes/close-idle/notify'],
  [
    'E501',
    'group-of-another-place',
    T,
    '"default": "support"',
    '"default": "support-eu"',
    '/settings/first-site/default',
  ],
  ['E501', 'unknown-list', D, '"lists": ["support"]', '"lists": ["support", "spammers"]', '/nodes/screen/lists/1'],
  ['E501', 'unknown-connection', V, '"connection": "crm"', '"connection": "sap"', '/nodes/look-up-tier/connection'],
  [
    'E503',
    'calls-itself',
    D,
    '"type": "tag", "add": ["automatic"]',
    '"type": "subflow", "flow": "support-desk"',
    '/nodes/tag-automatic/flow',
  ],
  [
    'E503',
    'calls-what-calls-it',
    B,
    '"type": "tag", "add": ["missed"]',
    '"type": "subflow", "flow": "calls-back"',
    '/nodes/missed/flow',
  ],
  [
    'E503',
    'variable-of-another-type',
    D,
    '"type": "tag", "add": ["automatic"]',
    '"type": "subflow", "flow": "counts-in-words"',
    '/nodes/tag-automatic/flow',
  ],
  [
    'E503',
    'setting-without-a-value',
    N,
    '"type": "tag", "add": ["out-of-hours"]',
    '"type": "subflow", "flow": "asks-more"',
    '/nodes/tag-night/flow',
  ],
  ['W502', 'empty-group', T, '"default": "support"', '"default": "empty"', '/settings/first-site/default'],
  [
    'W502',
    'empty-group-to-transfer-to',
    B,
    '"to": { "group": { "setting": "group" } }',
    '"to": { "group": "empty" }',
    '/nodes/triage/to/group',
  ],
  [
    'W502',
    'template-in-one-language',
    H,
    '"notify": "enquiry-closed-idle"',
    '"notify": "english-only"',
    '/nodes/close-idle/notify',
  ],
]);
