#include "CHDF5Files.h"

#include <errno.h>
#include <hdf5.h>
#if H5_VERSION_GE(1, 14, 0)
#include <H5FDdevelop.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void limit(int resource, rlim_t value) {
    const struct rlimit both = {value, value};
    setrlimit(resource, &both);
}

void ccnn_hdf5LimitProcess(int64_t bytes, int seconds) {
#ifdef RLIMIT_AS
    limit(RLIMIT_AS, (rlim_t)bytes);
#endif
    limit(RLIMIT_CPU, (rlim_t)seconds);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    // A library that waits, for a lock or in a loop without work, ends too.
    alarm(2 * (unsigned)seconds);
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
    unsetenv("HDF5_PLUGIN_PATH");
    unsetenv("HDF5_DRIVER");
}

// A driver of the library that reads a part of an open descriptor: no path is ever opened, and the file may lie in another, such as a zip archive.

static struct {
    int descriptor;
    int64_t first, size;
} part;

typedef struct {
    H5FD_t base;
    haddr_t end;
} PartFile;

static H5FD_t *openPart(const char *name, unsigned flags, hid_t properties, haddr_t largest) {
    (void)name, (void)properties, (void)largest;
    return flags & H5F_ACC_RDWR ? NULL : calloc(1, sizeof(PartFile));
}

static herr_t closePart(H5FD_t *file) {
    free(file);
    return 0;
}

static int comparePart(const H5FD_t *one, const H5FD_t *other) { return one < other ? -1 : one > other; }

static herr_t queryPart(const H5FD_t *file, unsigned long *flags) {
    (void)file;
    if (flags) *flags = 0;
    return 0;
}

static haddr_t getEnd(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return ((const PartFile *)file)->end;
}

static herr_t setEnd(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
    (void)type;
    ((PartFile *)file)->end = end;
    return 0;
}

static haddr_t sizeOfPart(const H5FD_t *file, H5FD_mem_t type) {
    (void)file, (void)type;
    return (haddr_t)part.size;
}

static herr_t readPart(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *bytes) {
    (void)file, (void)type, (void)transfer;
    if (address > (haddr_t)part.size || size > (haddr_t)part.size - address) return -1;
    char *next = bytes;
    while (size > 0) {
        ssize_t count = pread(part.descriptor, next, size, (off_t)(part.first + (int64_t)address));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return -1;
        next += count;
        address += (haddr_t)count;
        size -= (size_t)count;
    }
    return 0;
}

static herr_t writePart(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *bytes) {
    (void)file, (void)type, (void)transfer, (void)address, (void)size, (void)bytes;
    return -1;
}

static const H5FD_class_t partDriver = {
#if H5_VERSION_GE(1, 14, 0)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600,
#endif
    .name = "part of a descriptor",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .open = openPart,
    .close = closePart,
    .cmp = comparePart,
    .query = queryPart,
    .get_eoa = getEnd,
    .set_eoa = setEnd,
    .get_eof = sizeOfPart,
    .read = readPart,
    .write = writePart,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

ccnn_hdf5ID ccnn_hdf5OpenFile(int descriptor, int64_t first, int64_t size) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    // Filters that are not built in would be code from wherever an environment variable says.
    H5PLset_loading_state(0);
    if (first < 0 || size < 0) return -1;
    part.descriptor = descriptor;
    part.first = first;
    part.size = size;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), driver = H5FDregister(&partDriver), file = -1;
    if (access >= 0 && driver >= 0 && H5Pset_driver(access, driver, NULL) >= 0)
        file = H5Fopen("the file", H5F_ACC_RDONLY, access);
    if (access >= 0) H5Pclose(access);
    return file;
}

ccnn_hdf5ID ccnn_hdf5OpenMember(ccnn_hdf5ID group, const char *name) {
    H5L_info_t info;
    if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD) return -1;
    return H5Oopen(group, name, H5P_DEFAULT);
}

ccnn_hdf5ID ccnn_hdf5OpenReferenced(ccnn_hdf5ID dataset, int64_t index) {
    hid_t space = H5Dget_space(dataset);
    if (space < 0) return -1;
    hsize_t extents[32], place[32];
    int rank = H5Sget_simple_extent_ndims(space);
    hid_t result = -1;
    if (rank > 0 && rank <= 32 && H5Sget_simple_extent_dims(space, extents, NULL) == rank) {
        uint64_t rest = (uint64_t)index;
        for (int axis = rank - 1; axis >= 0; axis--) {
            if (extents[axis] == 0) goto end;
            place[axis] = rest % extents[axis];
            rest /= extents[axis];
        }
        hsize_t one = 1;
        hid_t memory = H5Screate_simple(1, &one, NULL);
        hobj_ref_t reference = 0;
        if (rest == 0 && H5Sselect_elements(space, H5S_SELECT_SET, 1, place) >= 0
            && H5Dread(dataset, H5T_STD_REF_OBJ, memory, space, H5P_DEFAULT, &reference) >= 0 && reference != 0)
            result = H5Rdereference2(dataset, H5P_DEFAULT, H5R_OBJECT, &reference);
        H5Sclose(memory);
    }
end:
    H5Sclose(space);
    return result;
}

void ccnn_hdf5Close(ccnn_hdf5ID object) {
    if (object < 0) return;
    if (H5Iget_type(object) == H5I_FILE)
        H5Fclose(object);
    else
        H5Oclose(object);
}

enum ccnn_hdf5Kind ccnn_hdf5KindOf(ccnn_hdf5ID object) {
    switch (H5Iget_type(object)) {
    case H5I_FILE:
    case H5I_GROUP: return CCNN_HDF5_GROUP;
    case H5I_DATASET: return CCNN_HDF5_DATASET;
    default: return CCNN_HDF5_OTHER;
    }
}

uint64_t ccnn_hdf5Address(ccnn_hdf5ID object) {
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info;
    if (H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0) return 0;
    uint64_t address;
    memcpy(&address, &info.token, sizeof address);
    return address;
#elif H5_VERSION_GE(1, 10, 3)
    H5O_info_t info;
    return H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0 ? 0 : info.addr;
#else
    H5O_info_t info;
    return H5Oget_info(object, &info) < 0 ? 0 : info.addr;
#endif
}

int64_t ccnn_hdf5MemberCount(ccnn_hdf5ID group) {
    H5G_info_t info;
    return H5Gget_info(group, &info) < 0 ? 0 : (int64_t)info.nlinks;
}

bool ccnn_hdf5MemberName(ccnn_hdf5ID group, int64_t index, char *name, size_t capacity) {
    ssize_t length =
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)index, name, capacity, H5P_DEFAULT);
    return length >= 0 && (size_t)length < capacity;
}

static bool isIEEE(hid_t type) {
    const hid_t known[] = {H5T_IEEE_F64LE, H5T_IEEE_F64BE, H5T_IEEE_F32LE, H5T_IEEE_F32BE};
    for (int i = 0; i < 4; i++)
        if (H5Tequal(type, known[i]) > 0) return true;
    // A float of 16 bits has no constant in all versions; h5py writes 1 + 5 + 10 bits.
    size_t sign, exponentAt, exponent, mantissaAt, mantissa;
    return H5Tget_size(type) == 2 && H5Tget_fields(type, &sign, &exponentAt, &exponent, &mantissaAt, &mantissa) >= 0
           && sign == 15 && exponentAt == 10 && exponent == 5 && mantissaAt == 0 && mantissa == 10
           && H5Tget_ebias(type) == 15;
}

bool ccnn_hdf5Describe(ccnn_hdf5ID dataset, struct ccnn_hdf5Dataset *description) {
    memset(description, 0, sizeof *description);
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset), creation = H5Dget_create_plist(dataset);
    bool isKnown = false;
    if (type < 0 || space < 0 || creation < 0) goto end;
    size_t size = H5Tget_size(type);
    description->size = size > 1 << 20 ? 1 << 20 : (int)size;
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
        description->elements = CCNN_HDF5_INTEGER;
        description->isSigned = H5Tget_sign(type) == H5T_SGN_2;
        break;
    case H5T_FLOAT:
        description->elements = CCNN_HDF5_FLOAT;
        description->isIEEE = isIEEE(type);
        break;
    case H5T_STRING: description->elements = CCNN_HDF5_STRING; break;
    case H5T_COMPOUND: description->elements = CCNN_HDF5_COMPOUND; break;
    case H5T_REFERENCE:
        // References to regions are larger than those to objects.
        description->elements = size == sizeof(hobj_ref_t) ? CCNN_HDF5_REFERENCE : CCNN_HDF5_UNKNOWN;
        break;
    default: break;
    }
    int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0 || rank > 32 || H5Sget_simple_extent_type(space) == H5S_NULL) goto end;
    hsize_t extents[32];
    if (rank > 0 && H5Sget_simple_extent_dims(space, extents, NULL) != rank) goto end;
    for (int axis = 0; axis < rank; axis++) {
        if (extents[axis] > INT64_MAX) goto end;
        description->extents[axis] = (int64_t)extents[axis];
    }
    description->rank = rank;
    description->isElsewhere = H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) > 0;
    isKnown = true;
end:
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
    if (creation >= 0) H5Pclose(creation);
    return isKnown;
}

bool ccnn_hdf5HasAttribute(ccnn_hdf5ID object, const char *name) { return H5Aexists(object, name) > 0; }

int64_t ccnn_hdf5Text(ccnn_hdf5ID object, const char *name, char *text, size_t capacity) {
    if (H5Aexists(object, name) <= 0) return -1;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return -1;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute), memory = H5Tcopy(H5T_C_S1);
    int64_t length = -1;
    if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1) {
        if (H5Tis_variable_str(type) > 0) {
            char *found = NULL;
            H5Tset_size(memory, H5T_VARIABLE);
            H5Tset_cset(memory, H5Tget_cset(type));
            if (H5Aread(attribute, memory, &found) >= 0 && found) {
                size_t count = strnlen(found, capacity + 1);
                if (count <= capacity) {
                    memcpy(text, found, count);
                    length = (int64_t)count;
                }
            }
            if (found) H5free_memory(found);
        } else {
            size_t size = H5Tget_size(type);
            if (size > 0 && size <= capacity && H5Aread(attribute, type, text) >= 0)
                length = (int64_t)strnlen(text, size);
        }
    }
    H5Tclose(memory);
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
    H5Aclose(attribute);
    return length;
}

bool ccnn_hdf5ReadRows(ccnn_hdf5ID dataset, int64_t first, int64_t count, void *elements) {
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset), memoryType = -1, memory = -1;
    bool isRead = false;
    if (type < 0 || space < 0) goto end;
    H5T_class_t class = H5Tget_class(type);
    if (class != H5T_INTEGER && class != H5T_FLOAT) goto end;
    // The same type with the lowest byte first.
    memoryType = H5Tcopy(type);
    if (memoryType < 0 || (H5Tget_size(type) > 1 && H5Tset_order(memoryType, H5T_ORDER_LE) < 0)) goto end;
    int rank = H5Sget_simple_extent_ndims(space);
    if (rank == 0) {
        isRead = H5Dread(dataset, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements) >= 0;
        goto end;
    }
    hsize_t start[32] = {0}, extents[32];
    if (rank < 0 || rank > 32 || H5Sget_simple_extent_dims(space, extents, NULL) != rank) goto end;
    start[0] = (hsize_t)first;
    extents[0] = (hsize_t)count;
    memory = H5Screate_simple(rank, extents, NULL);
    isRead = memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, extents, NULL) >= 0
             && H5Dread(dataset, memoryType, memory, space, H5P_DEFAULT, elements) >= 0;
end:
    if (memory >= 0) H5Sclose(memory);
    if (memoryType >= 0) H5Tclose(memoryType);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    return isRead;
}
