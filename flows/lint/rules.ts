import type { Rule } from './context';
import { readBeforeSet } from './data/read-before-set';
import { unreadVariable } from './data/unread-variable';
import { computedPath } from './expressions/computed-path';
import { computedPattern } from './expressions/computed-pattern';
import { constantCondition } from './expressions/constant-condition';
import { expressionTooBig } from './expressions/expression-too-big';
import { invalidPattern } from './expressions/invalid-pattern';
import { lookAround } from './expressions/look-around';
import { otherPatternSyntax } from './expressions/other-pattern-syntax';
import { outsideEnum } from './expressions/outside-enum';
import { patternTooLong } from './expressions/pattern-too-long';
import { personalValue } from './expressions/personal-value';
import { severalOperators } from './expressions/several-operators';
import { unknownOperator } from './expressions/unknown-operator';
import { unknownVariable } from './expressions/unknown-variable';
import { wrongNumberOfValues } from './expressions/wrong-number-of-values';
import { wrongType } from './expressions/wrong-type';
import { answersMachines } from './graph/answers-machines';
import { closedUnanswered } from './graph/closed-unanswered';
import { endlessBurst } from './graph/endless-burst';
import { endlessWait } from './graph/endless-wait';
import { noClose } from './graph/no-close';
import { noOnError } from './graph/no-on-error';
import { noWayBack } from './graph/no-way-back';
import { noWayToClose } from './graph/no-way-to-close';
import { repeatedCase } from './graph/repeated-case';
import { repeatedReply } from './graph/repeated-reply';
import { ringWithoutRoute } from './graph/ring-without-route';
import { unreachable } from './graph/unreachable';
import { waitForNobody } from './graph/wait-for-nobody';
import { hollowReference } from './references/hollow-reference';
import { hoursLeftOpen } from './references/hours-left-open';
import { percentages } from './references/percentages';
import { personalPath } from './references/personal-path';
import { uncallableFlow } from './references/uncallable-flow';
import { unaskedStrategy } from './references/unasked-strategy';
import { unknownReference } from './references/unknown-reference';
import { badNodeName } from './shape/bad-node-name';
import { durationTooLong } from './shape/duration-too-long';
import { missingProperty } from './shape/missing-property';
import { noStart } from './shape/no-start';
import { notADuration } from './shape/not-a-duration';
import { schemaVersion } from './shape/schema-version';
import { shortWait } from './shape/short-wait';
import { tooBig } from './shape/too-big';
import { unknownEvent } from './shape/unknown-event';
import { unknownKind } from './shape/unknown-kind';
import { unknownProperty } from './shape/unknown-property';
import { wrongShape } from './shape/wrong-shape';
import { danglingTarget } from './targets/dangling-target';
import { impossibleOutcome } from './targets/impossible-outcome';
import { outcomeWithoutTarget } from './targets/outcome-without-target';
import { waitWithoutTimeout } from './targets/wait-without-timeout';

/** The rules of each layer, in the order of their codes. What the text itself must be (E101, E102, E701) is in `parse/`. */
export const layers = {
  shape: [
    unknownProperty,
    noStart,
    badNodeName,
    unknownKind,
    unknownEvent,
    schemaVersion,
    missingProperty,
    wrongShape,
    notADuration,
    durationTooLong,
    shortWait,
    tooBig,
  ],
  targets: [danglingTarget, outcomeWithoutTarget, impossibleOutcome, waitWithoutTimeout],
  graph: [
    unreachable,
    noOnError,
    endlessBurst,
    repeatedCase,
    noWayToClose,
    noClose,
    noWayBack,
    waitForNobody,
    ringWithoutRoute,
    repeatedReply,
  ],
  expressions: [
    severalOperators,
    unknownOperator,
    unknownVariable,
    computedPath,
    wrongNumberOfValues,
    wrongType,
    outsideEnum,
    computedPattern,
    invalidPattern,
    lookAround,
    otherPatternSyntax,
    personalValue,
    expressionTooBig,
    patternTooLong,
    constantCondition,
  ],
  data: [endlessWait, unreadVariable, readBeforeSet, answersMachines, closedUnanswered],
  references: [
    unknownReference,
    hollowReference,
    uncallableFlow,
    personalPath,
    percentages,
    hoursLeftOpen,
    unaskedStrategy,
  ],
} as const satisfies Record<string, readonly Rule[]>;
