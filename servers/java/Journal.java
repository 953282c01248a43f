import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * A row of numbered entries that outlives the process. Whoever waits for an entry writes and forces all that is there
 * by then, for everybody who waits: so the disk is forced once for many.
 *
 * <p>Files {@code journal-<n>.log}, each an entry after the other: length (4 bytes), checksum (4), number (8), bytes.
 */
final class Journal {
  private static final Pattern NAME = Pattern.compile("journal-(\\d+)\\.log");
  private static final int HEADER_BYTES = 16;

  private final Path folder;
  private final boolean fsync;
  private final ReentrantLock gate = new ReentrantLock();
  private final Condition done = gate.newCondition();
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private FileChannel file;
  private long fileNumber;
  private volatile long appended;
  private volatile long bytes;
  private long flushed;
  private boolean flushing;
  private volatile IOException failure;

  Journal(Path folder, boolean fsync) {
    this.folder = folder;
    this.fsync = fsync;
  }

  /**
   * Tells the entries after number {@code from}, oldest first, then begins a new file. A torn entry at the very end was
   * never waited for to the end, and is left away; a gap ends the start.
   */
  void open(long from, Consumer<byte[]> reader) throws IOException {
    long last = from;
    for (Path path : files()) {
      ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path));
      for (byte[] entry = next(content); entry != null; entry = next(content)) {
        long number = ByteBuffer.wrap(entry).getLong();
        if (number <= last) {
          continue;
        }
        if (number != last + 1) {
          throw new IOException(
              "After write " + last + " the journal goes on with " + number + " (" + path
                  + "): what lies between is lost. Restore the whole folder from the last backup.");
        }
        reader.accept(Arrays.copyOfRange(entry, 8, entry.length));
        last = number;
      }
      fileNumber = Math.max(fileNumber, numberOf(path));
    }
    appended = last;
    flushed = last;
    begin();
  }

  private static byte[] next(ByteBuffer content) {
    if (content.remaining() < HEADER_BYTES) {
      return null;
    }
    int length = content.getInt();
    int checksum = content.getInt();
    if (length < 8 || length > content.remaining()) {
      return null;
    }
    byte[] entry = new byte[length];
    content.get(entry);
    return checksum(entry) == checksum ? entry : null;
  }

  private static int checksum(byte[] entry) {
    CRC32 crc = new CRC32();
    crc.update(entry);
    return (int) crc.getValue();
  }

  /** Adds an entry and returns its number. It is safe when {@link #await} of that number has returned. */
  long append(byte[] entry) {
    synchronized (pending) {
      long number = appended + 1;
      byte[] numbered = ByteBuffer.allocate(8 + entry.length).putLong(number).put(entry).array();
      byte[] header = ByteBuffer.allocate(8).putInt(numbered.length).putInt(checksum(numbered)).array();
      pending.writeBytes(header);
      pending.writeBytes(numbered);
      appended = number;
      return number;
    }
  }

  /** Number of the last entry. */
  long appended() {
    return appended;
  }

  /** Bytes in the present file. */
  long bytes() {
    return bytes;
  }

  /** Returns when entry {@code number} is in the file and, unless told otherwise, on the disk. */
  void await(long number) throws IOException {
    gate.lock();
    try {
      while (flushed < number) {
        if (failure != null) {
          throw new IOException(failure);
        }
        if (flushing) {
          done.awaitUninterruptibly();
        } else {
          flush();
        }
      }
    } finally {
      gate.unlock();
    }
  }

  /** Called with the gate held, which is open to others while the disk works. */
  private void flush() throws IOException {
    byte[] waiting;
    long covered;
    synchronized (pending) {
      waiting = pending.toByteArray();
      pending.reset();
      covered = appended;
    }
    flushing = true;
    gate.unlock();
    try {
      write(waiting);
    } catch (Throwable failed) {
      failure = new IOException(failed);
      throw failed;
    } finally {
      gate.lock();
      flushing = false;
      done.signalAll();
    }
    flushed = Math.max(flushed, covered);
  }

  private void write(byte[] waiting) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(waiting);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    bytes += waiting.length;
    if (fsync) {
      file.force(false);
    }
  }

  /** Ends the file, all entries in it, and begins the next; nobody may append meanwhile. Returns the ended files. */
  List<Path> rotate() throws IOException {
    await(appended);
    gate.lock();
    try {
      while (flushing) {
        done.awaitUninterruptibly();
      }
      List<Path> ended = files();
      file.close();
      begin();
      return ended;
    } finally {
      gate.unlock();
    }
  }

  private void begin() throws IOException {
    fileNumber += 1;
    Path path = folder.resolve("journal-" + fileNumber + ".log");
    file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    bytes = 0;
    if (fsync) {
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(path -> NAME.matcher(path.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(Journal::numberOf))
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  private static long numberOf(Path path) {
    Matcher matcher = NAME.matcher(path.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }
}
