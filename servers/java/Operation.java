import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;

/** What a request touches: one collection, or (alone) perhaps all of them, or nothing that others change. */
final class Operation {
  /** Commands that change nothing; every other command counts as a write. */
  private static final Set<String> READS =
      Set.of(
          "hello", "ismaster", "isMaster", "ping", "buildInfo", "buildinfo", "find", "getMore", "count", "distinct",
          "listCollections", "listDatabases", "listIndexes", "killCursors", "endSessions", "serverStatus", "dbStats",
          "collStats", "connectionStatus", "getParameter", "whatsmyuri", "getLog");

  private static final Set<String> ON_ONE_COLLECTION =
      Set.of("find", "getMore", "count", "distinct", "aggregate", "insert", "update", "delete", "findAndModify");

  /** Stages by which an aggregation reads or writes more than the collection it names. */
  private static final Pattern OTHER_COLLECTIONS = Pattern.compile("\\$(out|merge|lookup|graphLookup|unionWith)\\b");

  /** What a filter may ask that is answered otherwise at another time. */
  private static final Pattern NEVER_THE_SAME = Pattern.compile("\\$\\$(NOW|CLUSTER_TIME)|\\$(rand|sampleRate)\\b");

  /** The request, where it is one of ours to do again. */
  final Document command;
  /** Null: not of one collection. */
  final String collection;
  final boolean mayWrite;
  final boolean alone;
  /** Whether doing it again leaves the same documents, so that the journal may stand for it. */
  final boolean journaled;

  private Operation(Document command, String collection, boolean mayWrite, boolean alone) {
    boolean repeatable = mayWrite && collection != null && isRepeatable(command);
    this.command = command;
    this.collection = mayWrite && !repeatable ? null : collection;
    this.mayWrite = mayWrite;
    this.alone = alone || (mayWrite && !repeatable);
    this.journaled = repeatable;
  }

  static Operation of(Method method, Object[] arguments) {
    if ("handleQuery".equals(method.getName())) {
      return new Operation(null, null, false, true);
    }
    if (!"handleMessage".equals(method.getName())) {
      boolean reads = READS.contains((String) arguments[2]);
      return new Operation(null, null, !reads, !reads);
    }
    Document body = ((MongoMessage) arguments[0]).getDocument();
    String name = body.keySet().iterator().next();
    Object named = body.get("getMore".equals(name) ? "collection" : name);
    boolean reads = READS.contains(name) || "aggregate".equals(name);
    if ("aggregate".equals(name) && OTHER_COLLECTIONS.matcher(String.valueOf(body.get("pipeline"))).find()) {
      return new Operation(body, null, true, true);
    }
    return ON_ONE_COLLECTION.contains(name) && named instanceof String
        ? new Operation(body, body.get("$db") + "." + named, !reads, false)
        : new Operation(body, null, !reads, !reads);
  }

  /** Not what takes the server's clock, and no document whose id the server would make up. */
  private static boolean isRepeatable(Document command) {
    Object updates = command.get("updates");
    if (updates instanceof Collection) {
      return ((Collection<?>) updates)
          .stream().allMatch(each -> each instanceof Document && isRepeatableUpdate((Document) each, "q", "u"));
    }
    Object documents = command.get("documents");
    if (documents instanceof Collection) {
      return ((Collection<?>) documents)
          .stream().allMatch(each -> each instanceof Document && ((Document) each).containsKey("_id"));
    }
    Object deletes = command.get("deletes");
    if (deletes instanceof Collection) {
      return !NEVER_THE_SAME.matcher(deletes.toString()).find();
    }
    return isRepeatableUpdate(command, "query", "update");
  }

  private static boolean isRepeatableUpdate(Document one, String query, String update) {
    Object change = one.get(update);
    if (change instanceof Document && ((Document) change).containsKey("$currentDate")) {
      return false;
    }
    Object asked = one.get(query);
    Document filter = asked instanceof Document ? (Document) asked : new Document();
    if (NEVER_THE_SAME.matcher(filter.toString()).find()) {
      return false;
    }
    Object id = filter.get("_id");
    Object upsert = one.get("upsert");
    return upsert == null || Boolean.FALSE.equals(upsert) || (id != null && !(id instanceof Document));
  }
}
