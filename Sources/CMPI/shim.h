#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

#include <mpi.h>

// MPI's constants are macros with casts, which Swift does not import.
static inline MPI_Comm cmpi_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype cmpi_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype cmpi_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype cmpi_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype cmpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Request cmpi_no_request(void) { return MPI_REQUEST_NULL; }
static inline MPI_Errhandler cmpi_errors_return(void) { return MPI_ERRORS_RETURN; }

// Nor the null pointers that stand for "nobody wants to know".
static inline int cmpi_test(MPI_Request *request, int *is_done) {
    return MPI_Test(request, is_done, MPI_STATUS_IGNORE);
}
static inline int cmpi_receive(void *bytes, int count, MPI_Datatype type, int source, int tag, MPI_Comm comm) {
    return MPI_Recv(bytes, count, type, source, tag, comm, MPI_STATUS_IGNORE);
}

// The rank that a waiting message of this tag comes from, or a negative number where there is none.
static inline int cmpi_waiting(int tag, MPI_Comm comm) {
    int is_there = 0;
    MPI_Status status;
    if (MPI_Iprobe(MPI_ANY_SOURCE, tag, comm, &is_there, &status) != MPI_SUCCESS || !is_there) return -1;
    return status.MPI_SOURCE;
}

#endif
