// HDF5's files, as far as a reader of weights looks into them: the calls whose names, structures and macros differ between versions of the library.
// Nothing outside the file is followed: no soft or external links, no external storage, no virtual data sets, no plugins.

#ifndef CCNN_HDF5_FILES_H
#define CCNN_HDF5_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An open file, group or data set; negative where opening failed. Closed by ccnn_hdf5Close.
typedef int64_t ccnn_hdf5ID;

enum ccnn_hdf5Kind { CCNN_HDF5_OTHER, CCNN_HDF5_GROUP, CCNN_HDF5_DATASET };

/// What the elements of a data set are.
enum ccnn_hdf5Class {
    CCNN_HDF5_UNKNOWN,
    CCNN_HDF5_INTEGER,
    CCNN_HDF5_FLOAT,
    CCNN_HDF5_STRING,
    CCNN_HDF5_COMPOUND,
    CCNN_HDF5_REFERENCE
};

/// What is known of a data set without its elements.
struct ccnn_hdf5Dataset {
    enum ccnn_hdf5Class elements;
    /// Bytes to an element.
    int size;
    /// Whether integers have a sign.
    bool isSigned;
    /// Whether floats are those of IEEE 754 with 16, 32 or 64 bits, in either order of bytes.
    bool isIEEE;
    /// The number of axes, at most 32; their extents are the first so many.
    int rank;
    int64_t extents[32];
    /// Whether the elements are kept in other files, or are other data sets' elements.
    bool isElsewhere;
};

/// Limits this process to `bytes` of address space, where the system has such a limit, and `seconds` of computing and twice that of waiting;
/// to writing no files and leaving no core. Forgets what the environment tells the library.
void ccnn_hdf5LimitProcess(int64_t bytes, int seconds);

/// Forbids plugins and messages, and opens for reading the file that `size` bytes from `first` on of an open descriptor are. Once in a process.
ccnn_hdf5ID ccnn_hdf5OpenFile(int descriptor, int64_t first, int64_t size);

/// Opens the member of a group that is called `name`, where it is an object of the file itself.
ccnn_hdf5ID ccnn_hdf5OpenMember(ccnn_hdf5ID group, const char *name);

/// Opens the object that element `index` of a data set of references means.
ccnn_hdf5ID ccnn_hdf5OpenReferenced(ccnn_hdf5ID dataset, int64_t index);

void ccnn_hdf5Close(ccnn_hdf5ID object);

enum ccnn_hdf5Kind ccnn_hdf5KindOf(ccnn_hdf5ID object);

/// A number that two names of one object have in common.
uint64_t ccnn_hdf5Address(ccnn_hdf5ID object);

/// The number of members of a group.
int64_t ccnn_hdf5MemberCount(ccnn_hdf5ID group);

/// Writes the name of member `index`, in the order of names, ended by a zero; false where it is longer than `capacity` or not to be had.
bool ccnn_hdf5MemberName(ccnn_hdf5ID group, int64_t index, char *name, size_t capacity);

bool ccnn_hdf5Describe(ccnn_hdf5ID dataset, struct ccnn_hdf5Dataset *description);

/// Whether the object has an attribute of that name.
bool ccnn_hdf5HasAttribute(ccnn_hdf5ID object, const char *name);

/// Writes the text of an attribute, at most `capacity` bytes; returns their number, or −1 where there is no such text.
int64_t ccnn_hdf5Text(ccnn_hdf5ID object, const char *name, char *text, size_t capacity);

/// Reads `count` rows along the first axis from `first` on, or all elements where the rank is 0, lowest byte first, in the data set's own size.
bool ccnn_hdf5ReadRows(ccnn_hdf5ID dataset, int64_t first, int64_t count, void *elements);

#endif
