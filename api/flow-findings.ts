import {
  callsOf,
  checkFlow,
  mayBeSettled,
  parseFlow,
  placeholdersOf,
  withoutWhatCallersDo,
  type Finding,
} from '../flows';
import type { Template } from '../store/templates';
import { calledFlows } from './called-flows';
import { knownLists } from './known-lists';
import type { ApiPorts } from './ports';

/** What a template names in `{{ }}`, each once. */
function placesOf({ subject, preview, html, text }: Template): string[] {
  const paths = [subject, preview, html, text].flatMap(placeholdersOf).map(({ path }) => path);
  return [...new Set(paths)];
}

/** Checks a flow's text against what exists here. */
export async function findingsOf({ store }: Pick<ApiPorts, 'store'>, flow: string): Promise<Finding[]> {
  const [groups, agents, templates, lists, connections, calendars, flows, { called }] = await Promise.all([
    store.groups.list(),
    store.agents.list(),
    store.templates.list(),
    knownLists(store),
    store.connections.list(),
    store.calendars.list(),
    store.flows.list(),
    calledFlows({ store }, flow),
  ]);
  const ids = (all: { _id: string }[]): string[] => all.map(({ _id }) => _id);
  const found = checkFlow(flow, {
    groups: ids(groups),
    emptyGroups: ids(groups.filter((group) => group.agents.length === 0)),
    agents: ids(agents),
    templates: ids(templates),
    templatePlaces: Object.fromEntries(templates.map((template) => [template._id, placesOf(template)])),
    lists: lists.map(({ list: name }) => name),
    connections: ids(connections),
    calendars: ids(calendars),
    flows: ids(flows.filter(({ lastRevision }) => lastRevision > 0)),
    published: Object.fromEntries([...called].map(([id, each]) => [id, each.flow])),
  });
  const own = mayBeSettled(found) ? parseFlow(flow).flow : null;
  if (!own) return found;
  const callers = flows.flatMap(({ draft }) => parseFlow(draft.text).flow ?? []);
  return withoutWhatCallersDo(
    found,
    callers.filter((each) => callsOf(each).some(({ calls }) => calls === own.id)),
  );
}
