import { B, D, N, O, T, V, operators } from './operator';

const start = '  "start": ';
const agreed = (sla: string): string => `  "sla": ${sla},\n  "start": `;

/** Times that are none, are too long or too short, and defaults of the wrong type. */
export const times = operators([
  ['E306', 'default-of-another-type', D, '"default": 0', '"default": "0"', '/variables/rings/default'],
  ['E306', 'yes-as-condition', D, '"default": true', '"default": "yes"', '/settings/bind/default'],
  [
    'E306',
    'number-as-template',
    T,
    '"title": "Auto-reply", "default": "support-received"',
    '"title": "Auto-reply", "default": 5',
    '/settings/auto-reply/default',
  ],
  ['E401', 'below-nothing', D, '"timeout": "3d"', '"timeout": "-3d"', '/nodes/serve/timeout'],
  ['E401', 'half-an-hour', T, '"queueTimeout": "15m"', '"queueTimeout": "0.5h"', '/nodes/ring/queueTimeout'],
  ['E401', 'weeks', D, '"reopenWithin": "14d"', '"reopenWithin": "2w"', '/closedReply/reopenWithin'],
  ['E401', 'iso-weeks', D, '"reopenWithin": "14d"', '"reopenWithin": "P2W"', '/closedReply/reopenWithin'],
  ['E401', 'iso-years', D, '"reopenWithin": "14d"', '"reopenWithin": "P1Y"', '/closedReply/reopenWithin'],
  ['E401', 'iso-below-nothing', D, '"timeout": "3d"', '"timeout": "-P3D"', '/nodes/serve/timeout'],
  ['E401', 'iso-without-a-number', D, '"timeout": "3d"', '"timeout": "PT"', '/nodes/serve/timeout'],
  ['E401', 'unit-in-capitals', B, '"queueTimeout": "1d"', '"queueTimeout": "1D"', '/nodes/list/queueTimeout'],
  ['E401', 'milliseconds', V, '"timeout": "5s"', '"timeout": "5000ms"', '/nodes/look-up-tier/timeout'],
  ['E401', 'two-units', V, '"timeout": "5s"', '"timeout": "1m30s"', '/nodes/look-up-tier/timeout'],
  ['E401', 'empty', N, '"timeout": "3d"', '"timeout": ""', '/nodes/serve/timeout'],
  ['E401', 'nothing', N, '"timeout": "3d"', '"timeout": null', '/nodes/serve/timeout'],
  ['E401', 'list', N, '"timeout": "3d"', '"timeout": ["3d"]', '/nodes/serve/timeout'],
  ['E401', 'never', T, '"timeout": "3d"', '"timeout": false', '/nodes/serve/timeout'],
  ['E401', 'blank-before-the-unit', O, '"timeout": "60s"', '"timeout": "60 s"', '/nodes/ring-owner/timeout'],
  ['E401', 'digits-of-another-script', D, '"timeout": "3d"', '"timeout": "٣d"', '/nodes/serve/timeout'],
  ['E401', 'setting-with-a-month', D, '"default": "30d"', '"default": "1 month"', '/settings/bind-for/default'],
  ['E401', 'clock-time', D, start, agreed('{ "resolution": "16:00" }'), '/sla/resolution'],
  ['E402', 'iso-over-a-year', D, '"timeout": "3d"', '"timeout": "P400D"', '/nodes/serve/timeout'],
  ['E402', 'queue-over-a-year', T, '"queueTimeout": "15m"', '"queueTimeout": "999999999h"', '/nodes/ring/queueTimeout'],
  [
    'W403',
    'iso-nine-seconds',
    D,
    '"type": "wait", "timeout": "15m"',
    '"type": "wait", "timeout": "P0DT0H0M9S"',
    '/nodes/pause/timeout',
  ],
]);
