import Testing

@testable import MessagePassing

@Suite struct JobTests {
    @Test func theEnvironmentTellsRankAndNumber() {
        let openMPI = Job.announced(in: ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"])
        #expect(openMPI?.rank == 2 && openMPI?.count == 4)
        let mpich = Job.announced(in: ["PMI_RANK": "0", "PMI_SIZE": "3"])
        #expect(mpich?.rank == 0 && mpich?.count == 3)
        #expect(Job.announced(in: ["OMPI_COMM_WORLD_RANK": "x", "OMPI_COMM_WORLD_SIZE": "4"]) == nil)
        #expect(Job.announced(in: [:]) == nil)
    }

    @Test func aProcessByItselfIsItsOwnJob() throws {
        #expect(try Job.communicator().count == 1)
        #expect(Job.speaker() == "")
    }
}
