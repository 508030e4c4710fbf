import Datasets
import Foundation

/// Hands out batches by number, made ahead on a thread of its own where there is a processor for it.
final class BatchSource {
    private var maker: BatchMaker
    private var batch: Batch
    private let ahead: BatchMakerThread?

    init(_ maker: BatchMaker, isAhead: Bool) {
        self.maker = maker
        batch = Batch(of: maker.pictures, count: maker.share.count)
        ahead = isAhead ? BatchMakerThread(maker) : nil
    }

    deinit { ahead?.stop() }

    /// The batch of the given number; fast for the number that follows the last one.
    func batch(_ number: Int) -> Batch {
        if let ahead {
            swap(&batch, &ahead.finished(number).batch)
            ahead.begin(number + 1)
        } else {
            maker.fill(&batch, number: number)
        }
        return batch
    }
}

/// One thread that makes one batch at a time.
///
/// It is unchecked because its batch belongs to the thread between `begin` and `finished`, and to the caller otherwise; the semaphores hand
/// it over.
private final class BatchMakerThread: @unchecked Sendable {
    final class Box {
        var batch: Batch
        init(_ batch: Batch) { self.batch = batch }
    }

    private var maker: BatchMaker
    private let box: Box
    private var number: Int?
    private var isStopping = false
    private let wanted = DispatchSemaphore(value: 0)
    private let made = DispatchSemaphore(value: 0)

    init(_ maker: BatchMaker) {
        self.maker = maker
        box = Box(Batch(of: maker.pictures, count: maker.share.count))
        let thread = Thread { [self] in serve() }
        thread.name = "batches"
        thread.start()
    }

    private func serve() {
        while true {
            wanted.wait()
            if isStopping { return }
            if let number { maker.fill(&box.batch, number: number) }
            made.signal()
        }
    }

    /// Begins to make a batch; the last one begun is finished.
    func begin(_ number: Int) {
        self.number = number
        wanted.signal()
    }

    /// Waits for a batch, which it makes anew if it is not the one that was begun.
    func finished(_ number: Int) -> Box {
        if let begun = self.number {
            made.wait()
            if begun == number { return box }
        }
        begin(number)
        made.wait()
        return box
    }

    /// Ends the thread, which is not making a batch that anybody waits for.
    func stop() {
        if number != nil { made.wait() }
        isStopping = true
        wanted.signal()
    }
}
