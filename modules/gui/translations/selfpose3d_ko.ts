<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
    <context>
        <name>Banner</name>
        <message>
            <source>Close this message</source>
            <translation>이 메시지 닫기</translation>
        </message>
        <message>
            <source>Rig check …</source>
            <translation>카메라 배치 확인 …</translation>
        </message>
        <message>
            <source>Show log</source>
            <translation>로그 보기</translation>
        </message>
    </context>
    <context>
        <name>CalibrateDialog</name>
        <message>
            <source> cm</source>
            <translation> cm</translation>
        </message>
        <message>
            <source>Calibrate</source>
            <translation>캘리브레이션</translation>
        </message>
        <message>
            <source>Choose the videos of two or more cameras that ran at the same time and did not move. One or more people should walk through the whole room for half a minute, seen from head to foot: a figure of eight, not one line. No board and no calibration file is needed.</source>
            <translation>같은 시간에 움직이지 않고 찍은 두 대 이상의 카메라 영상을 고르세요. 한 명 이상이 머리부터 발끝까지 보이도록 방 전체를 30초 동안, 한 줄이 아니라 8자를 그리며 걸어야 합니다. 캘리브레이션 보드도 캘리브레이션 파일도 필요 없습니다.</translation>
        </message>
        <message>
            <source>Choose videos…</source>
            <translation>영상 고르기…</translation>
        </message>
        <message>
            <source>Finding out which camera is late and where the cameras stand… This can take a minute.</source>
            <translation>어느 카메라가 늦는지, 카메라들이 어디에 있는지 알아내는 중… 1분쯤 걸릴 수 있습니다.</translation>
        </message>
        <message>
            <source>Height of the tallest person, if you know it</source>
            <translation>가장 큰 사람의 키(알고 있으면)</translation>
        </message>
        <message>
            <source>Looking for people in all videos…</source>
            <translation>모든 영상에서 사람을 찾는 중…</translation>
        </message>
        <message>
            <source>Mark a clap or a flash by hand</source>
            <translation>박수나 번쩍임을 직접 표시</translation>
        </message>
        <message>
            <source>Move the timeline to where a camera shows the clap, press that camera's button, and do the same for the others. Each camera may show it in another frame: that is how much it is late.</source>
            <translation>카메라에 박수가 보이는 곳으로 시간 막대를 옮기고 그 카메라의 버튼을 누르세요. 다른 카메라도 똑같이 하세요. 카메라마다 다른 프레임에 보일 수 있고, 그 차이가 늦은 정도입니다.</translation>
        </message>
        <message>
            <source>Save and open</source>
            <translation>저장하고 열기</translation>
        </message>
        <message>
            <source>Sound and motion tell which camera is late. If they can't, show the program one moment in every camera.</source>
            <translation>어느 카메라가 늦는지는 소리와 움직임으로 알아냅니다. 그것으로 알 수 없으면 모든 카메라에서 같은 한 순간을 알려 주세요.</translation>
        </message>
        <message>
            <source>The cameras could not be calibrated.</source>
            <translation>카메라를 캘리브레이션하지 못했습니다.</translation>
        </message>
        <message>
            <source>The videos of all cameras, one file a camera</source>
            <translation>모든 카메라의 영상, 카메라마다 파일 하나</translation>
        </message>
        <message>
            <source>This calibration is doubtful; the first sentence above says what to film instead.</source>
            <translation>이 캘리브레이션은 믿기 어렵습니다. 위의 첫 문장이 대신 무엇을 찍어야 하는지 알려 줍니다.</translation>
        </message>
        <message>
            <source>Videos ({kinds})</source>
            <translation>영상 ({kinds})</translation>
        </message>
        <message>
            <source>not known</source>
            <translation>모름</translation>
        </message>
    </context>
    <context>
        <name>CameraGridPane</name>
        <message>
            <source>All joints</source>
            <translation>모든 관절</translation>
        </message>
        <message>
            <source>Enlarge {camera}</source>
            <translation>{camera} 확대</translation>
        </message>
        <message>
            <source>Heatmap</source>
            <translation>히트맵</translation>
        </message>
        <message>
            <source>Look through it in 3D</source>
            <translation>3D에서 이 카메라로 보기</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>끄기</translation>
        </message>
        <message>
            <source>Show all views</source>
            <translation>모든 영상 보기</translation>
        </message>
        <message>
            <source>The camera views appear here.</source>
            <translation>카메라 영상이 여기에 표시됩니다.</translation>
        </message>
    </context>
    <context>
        <name>ClapMarks</name>
        <message>
            <source>One frame back</source>
            <translation>한 프레임 뒤로</translation>
        </message>
        <message>
            <source>One frame on</source>
            <translation>한 프레임 앞으로</translation>
        </message>
        <message>
            <source>frame {frame} of {last}</source>
            <translation>프레임 {frame} / {last}</translation>
        </message>
        <message>
            <source>{camera}: clap in frame {frame}</source>
            <translation>{camera}: 박수는 프레임 {frame}</translation>
        </message>
        <message>
            <source>{camera}: the clap is here</source>
            <translation>{camera}: 여기서 박수</translation>
        </message>
    </context>
    <context>
        <name>ComparisonPane</name>
        <message>
            <source>A take, poses.jsonl, TRC (one or more), C3D, or Panoptic JSON</source>
            <translation>테이크, poses.jsonl, TRC(여러 개 가능), C3D 또는 Panoptic JSON</translation>
        </message>
        <message>
            <source>Align</source>
            <translation>맞추기</translation>
        </message>
        <message>
            <source>Another take or a reference is laid over here.</source>
            <translation>다른 테이크나 기준 데이터를 겹쳐 비교합니다.</translation>
        </message>
        <message>
            <source>Compare with</source>
            <translation>비교 대상</translation>
        </message>
        <message>
            <source>For a reference in coordinates of its own: all of it moved and turned onto the people</source>
            <translation>좌표계가 다른 기준일 때: 전체를 옮기고 돌려 사람들에게 맞춥니다</translation>
        </message>
        <message>
            <source>How many frames later the reference starts</source>
            <translation>기준을 몇 프레임 늦출지</translation>
        </message>
        <message>
            <source>Motion</source>
            <translation>동작</translation>
        </message>
        <message>
            <source>Open…</source>
            <translation>열기…</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>제거</translation>
        </message>
        <message>
            <source>all joints</source>
            <translation>모든 관절</translation>
        </message>
        <message>
            <source>frames</source>
            <translation>프레임</translation>
        </message>
        <message>
            <source>median</source>
            <translation>중앙값</translation>
        </message>
        <message>
            <source>mm</source>
            <translation>mm</translation>
        </message>
        <message>
            <source>now</source>
            <translation>현재</translation>
        </message>
        <message>
            <source>shift</source>
            <translation>이동</translation>
        </message>
        <message>
            <source>{name}: nobody of it is near these people</source>
            <translation>{name}: 이 사람들 근처에 아무도 없습니다</translation>
        </message>
    </context>
    <context>
        <name>CurvesPane</name>
        <message>
            <source>Bone length</source>
            <translation>뼈 길이</translation>
        </message>
        <message>
            <source>Chosen person</source>
            <translation>선택한 사람</translation>
        </message>
        <message>
            <source>Curves appear here once frames are computed.</source>
            <translation>프레임이 계산되면 그래프가 여기에 표시됩니다.</translation>
        </message>
        <message>
            <source>Distance to the reference</source>
            <translation>기준과의 거리</translation>
        </message>
        <message>
            <source>Everyone</source>
            <translation>모두</translation>
        </message>
        <message>
            <source>Joint angle</source>
            <translation>관절 각도</translation>
        </message>
        <message>
            <source>Position</source>
            <translation>위치</translation>
        </message>
        <message>
            <source>Reprojection error</source>
            <translation>재투영 오차</translation>
        </message>
        <message>
            <source>Save the plots as a picture</source>
            <translation>그래프를 그림으로 저장</translation>
        </message>
        <message>
            <source>Save the plotted values</source>
            <translation>그려진 값 저장</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>속력</translation>
        </message>
        <message>
            <source>The plotted values as CSV, the plots as a picture</source>
            <translation>그려진 값은 CSV로, 그래프는 그림으로 저장</translation>
        </message>
        <message>
            <source>Thick: smoothed, with one standard deviation; thin: as measured. Click: go there.</source>
            <translation>굵은 선: 다듬은 값과 표준편차, 가는 선: 측정한 그대로. 클릭하면 그 프레임으로 갑니다.</translation>
        </message>
        <message>
            <source>all joints</source>
            <translation>모든 관절</translation>
        </message>
        <message>
            <source>the picture can't be saved there</source>
            <translation>그림을 그곳에 저장할 수 없습니다</translation>
        </message>
    </context>
    <context>
        <name>Docks</name>
        <message>
            <source>3D view</source>
            <translation>3D 보기</translation>
        </message>
        <message>
            <source>Cameras</source>
            <translation>카메라</translation>
        </message>
        <message>
            <source>Comparison</source>
            <translation>비교</translation>
        </message>
        <message>
            <source>Curves</source>
            <translation>그래프</translation>
        </message>
        <message>
            <source>Faces</source>
            <translation>얼굴</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>로그</translation>
        </message>
        <message>
            <source>People</source>
            <translation>사람</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>녹화</translation>
        </message>
        <message>
            <source>Timeline</source>
            <translation>타임라인</translation>
        </message>
        <message>
            <source>Timing</source>
            <translation>처리 시간</translation>
        </message>
    </context>
    <context>
        <name>EditMenu</name>
        <message>
            <source>Another person from frame {frame} on</source>
            <translation>{frame}번 프레임부터 다른 사람</translation>
        </message>
        <message>
            <source>Delete in frame {first}</source>
            <translation>{first}번 프레임에서 지우기</translation>
        </message>
        <message>
            <source>Delete in frames {first} to {last}</source>
            <translation>{first}~{last}번 프레임에서 지우기</translation>
        </message>
        <message>
            <source>Name of {person}; empty: the number again.</source>
            <translation>{person}의 이름. 비우면 다시 번호로 부릅니다.</translation>
        </message>
        <message>
            <source>Not a person</source>
            <translation>사람이 아님</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>이름 바꾸기</translation>
        </message>
        <message>
            <source>Rename…</source>
            <translation>이름 바꾸기…</translation>
        </message>
        <message>
            <source>Saved poses can't be changed; open the recording that they are of.</source>
            <translation>저장된 포즈는 고칠 수 없습니다. 그 포즈를 계산한 녹화를 여세요.</translation>
        </message>
        <message>
            <source>Swap with … from frame {frame} on</source>
            <translation>{frame}번 프레임부터 … 와 서로 바꾸기</translation>
        </message>
        <message>
            <source>The same person as …</source>
            <translation>… 와 같은 사람</translation>
        </message>
        <message>
            <source>This take was opened to look at; open its recording to change who is who.</source>
            <translation>이 테이크는 보기용으로 열렸습니다. 누가 누구인지 고치려면 그 녹화를 여세요.</translation>
        </message>
    </context>
    <context>
        <name>Editing</name>
        <message>
            <source>Redo</source>
            <translation>다시 실행</translation>
        </message>
        <message>
            <source>Redo {what}</source>
            <translation>다시 실행: {what}</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>실행 취소</translation>
        </message>
        <message>
            <source>Undo {what}</source>
            <translation>실행 취소: {what}</translation>
        </message>
        <message>
            <source>delete</source>
            <translation>지우기</translation>
        </message>
        <message>
            <source>merge</source>
            <translation>합치기</translation>
        </message>
        <message>
            <source>not a person</source>
            <translation>사람이 아님</translation>
        </message>
        <message>
            <source>rename</source>
            <translation>이름 바꾸기</translation>
        </message>
        <message>
            <source>split</source>
            <translation>나누기</translation>
        </message>
        <message>
            <source>swap</source>
            <translation>서로 바꾸기</translation>
        </message>
    </context>
    <context>
        <name>Editor</name>
        <message>
            <source>All files</source>
            <translation>모든 파일</translation>
        </message>
        <message>
            <source>Checkpoints</source>
            <translation>체크포인트</translation>
        </message>
        <message>
            <source>Choose a file</source>
            <translation>파일 선택</translation>
        </message>
        <message>
            <source>Choose a folder</source>
            <translation>폴더 선택</translation>
        </message>
        <message>
            <source>no</source>
            <translation>아니요</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>예</translation>
        </message>
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>All frames</source>
            <translation>모든 프레임</translation>
        </message>
        <message>
            <source>As measured</source>
            <translation>측정한 그대로</translation>
        </message>
        <message>
            <source>Choose the folder</source>
            <translation>폴더 선택</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>내보내기</translation>
        </message>
        <message>
            <source>Export motion</source>
            <translation>동작 내보내기</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>폴더</translation>
        </message>
        <message>
            <source>Formats</source>
            <translation>형식</translation>
        </message>
        <message>
            <source>Frames</source>
            <translation>프레임</translation>
        </message>
        <message>
            <source>Frames {first} to {last}</source>
            <translation>{first}~{last}번 프레임</translation>
        </message>
        <message>
            <source>Motion</source>
            <translation>동작</translation>
        </message>
        <message>
            <source>People</source>
            <translation>사람</translation>
        </message>
        <message>
            <source>Smoothed and filled ({method})</source>
            <translation>다듬고 채운 동작({method})</translation>
        </message>
        <message>
            <source>Writing…</source>
            <translation>쓰는 중…</translation>
        </message>
    </context>
    <context>
        <name>ExtrasBar</name>
        <message>
            <source>Bone lengths</source>
            <translation>뼈 길이</translation>
        </message>
        <message>
            <source>Click two joints for a distance, three for an angle (M)</source>
            <translation>관절 둘을 누르면 거리, 셋을 누르면 각도 (M)</translation>
        </message>
        <message>
            <source>Hidden</source>
            <translation>숨김</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>측정</translation>
        </message>
        <message>
            <source>Names of joints</source>
            <translation>관절 이름</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>표시</translation>
        </message>
        <message>
            <source>Show everyone</source>
            <translation>모두 표시</translation>
        </message>
        <message>
            <source>The view after (Alt+Right)</source>
            <translation>다음 시점 (Alt+오른쪽)</translation>
        </message>
        <message>
            <source>The view before (Alt+Left)</source>
            <translation>이전 시점 (Alt+왼쪽)</translation>
        </message>
        <message>
            <source>Trails</source>
            <translation>궤적</translation>
        </message>
        <message>
            <source>Trails, names and lengths; who is hidden</source>
            <translation>궤적, 이름, 길이 표시와 숨긴 사람</translation>
        </message>
        <message>
            <source>Video in the cameras</source>
            <translation>카메라에 영상 표시</translation>
        </message>
    </context>
    <context>
        <name>FaceCanvas</name>
        <message>
            <source>Choose nobody</source>
            <translation>선택 해제</translation>
        </message>
        <message>
            <source>Choose {person}</source>
            <translation>{person} 선택</translation>
        </message>
    </context>
    <context>
        <name>FaceStripPane</name>
        <message>
            <source>Everyone is beyond the LoD distance: no faces in this frame.</source>
            <translation>모든 사람이 LoD 거리 밖에 있어 이 프레임에는 얼굴이 없습니다.</translation>
        </message>
        <message>
            <source>Nobody was found in this frame.</source>
            <translation>이 프레임에서 사람을 찾지 못했습니다.</translation>
        </message>
        <message>
            <source>The faces of the people in full detail appear here.</source>
            <translation>전체 관절이 추정된 사람의 얼굴이 여기에 표시됩니다.</translation>
        </message>
    </context>
    <context>
        <name>FilmDialog</name>
        <message>
            <source>All frames</source>
            <translation>모든 프레임</translation>
        </message>
        <message>
            <source>As</source>
            <translation>형식</translation>
        </message>
        <message>
            <source>Choose the file</source>
            <translation>파일 선택</translation>
        </message>
        <message>
            <source>File</source>
            <translation>파일</translation>
        </message>
        <message>
            <source>Film (MP4)</source>
            <translation>영상(MP4)</translation>
        </message>
        <message>
            <source>Frames</source>
            <translation>프레임</translation>
        </message>
        <message>
            <source>Frames {first} to {last}</source>
            <translation>{first}~{last} 프레임</translation>
        </message>
        <message>
            <source>Picture of this frame (PNG)</source>
            <translation>이 프레임의 그림(PNG)</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>저장</translation>
        </message>
        <message>
            <source>Save picture or film</source>
            <translation>그림 또는 영상 저장</translation>
        </message>
        <message>
            <source>What</source>
            <translation>대상</translation>
        </message>
        <message>
            <source>the picture can't be saved there</source>
            <translation>그곳에 그림을 저장할 수 없습니다</translation>
        </message>
    </context>
    <context>
        <name>HeatmapBox</name>
        <message>
            <source>Heatmap off</source>
            <translation>히트맵 끄기</translation>
        </message>
        <message>
            <source>Heatmap: all joints</source>
            <translation>히트맵: 모든 관절</translation>
        </message>
        <message>
            <source>Heatmap: {joint}</source>
            <translation>히트맵: {joint}</translation>
        </message>
        <message>
            <source>Lays what the 2D network saw over the camera views</source>
            <translation>2D 신경망이 본 결과를 카메라 영상 위에 겹쳐 표시합니다</translation>
        </message>
    </context>
    <context>
        <name>Help</name>
        <message>
            <source>3D poses of several people from several calibrated cameras, without a marker and on a laptop.</source>
            <translation>캘리브레이션된 여러 대의 카메라로 여러 사람의 3D 자세를 마커 없이, 노트북에서도 추정합니다.</translation>
        </message>
        <message>
            <source>About SelfPose3d UI</source>
            <translation>SelfPose3d UI 정보</translation>
        </message>
        <message>
            <source>Choose a person, in any pane</source>
            <translation>어느 창에서나 사람 선택</translation>
        </message>
        <message>
            <source>Click</source>
            <translation>클릭</translation>
        </message>
        <message>
            <source>Double-click a view</source>
            <translation>카메라 영상 더블 클릭</translation>
        </message>
        <message>
            <source>Drag, Ctrl+drag, wheel in 3D</source>
            <translation>3D에서 드래그, Ctrl+드래그, 휠</translation>
        </message>
        <message>
            <source>Drop a folder</source>
            <translation>폴더 끌어다 놓기</translation>
        </message>
        <message>
            <source>Enlarge it, and back</source>
            <translation>크게 보기 및 되돌리기</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>단축키</translation>
        </message>
        <message>
            <source>Open the recording in it</source>
            <translation>그 안의 녹화 열기</translation>
        </message>
        <message>
            <source>Orbit, pan, zoom</source>
            <translation>회전, 이동, 확대/축소</translation>
        </message>
        <message>
            <source>The method: VoxelPose (Tu et al., ECCV 2020) and SelfPose3d (Srivastav et al., CVPR 2024). People beyond the LoD distance keep their root only, which saves the network's work for those who are near.</source>
            <translation>사용 방법론: VoxelPose(Tu 외, ECCV 2020)와 SelfPose3d(Srivastav 외, CVPR 2024). LoD 거리 밖의 사람은 루트 위치만 유지하여 가까운 사람에게 연산을 집중합니다.</translation>
        </message>
        <message>
            <source>This window uses PyQt5 {version} (GPL v3 or commercial). Who hands on the program together with PyQt5 does so under the terms of the GPL v3, or needs a commercial PyQt5 licence.</source>
            <translation>이 창은 PyQt5 {version}(GPL v3 또는 상용 라이선스)을 사용합니다. PyQt5와 함께 프로그램을 배포하려면 GPL v3 조건을 따르거나 PyQt5 상용 라이선스가 필요합니다.</translation>
        </message>
    </context>
    <context>
        <name>LodControl</name>
        <message>
            <source> mm</source>
            <translation> mm</translation>
        </message>
        <message>
            <source>LoD distance</source>
            <translation>LoD 거리</translation>
        </message>
        <message>
            <source>People farther than this from the centre keep their root only. At the far end: everyone in full detail.</source>
            <translation>중심에서 이보다 멀리 있는 사람은 루트만 표시됩니다. 오른쪽 끝: 모두 상세하게.</translation>
        </message>
        <message>
            <source>everyone</source>
            <translation>모두</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Open a recording's folder</source>
            <translation>녹화 폴더 열기</translation>
        </message>
        <message>
            <source>Open saved results</source>
            <translation>저장된 결과 열기</translation>
        </message>
        <message>
            <source>Opened {path}.</source>
            <translation>{path} 녹화를 열었습니다.</translation>
        </message>
        <message>
            <source>Results</source>
            <translation>결과</translation>
        </message>
        <message>
            <source>The network is ready.</source>
            <translation>신경망이 준비되었습니다.</translation>
        </message>
    </context>
    <context>
        <name>MendDialog</name>
        <message>
            <source>Finding out what fits better… This can take a minute.</source>
            <translation>무엇이 더 잘 맞는지 알아내는 중… 1분쯤 걸릴 수 있습니다.</translation>
        </message>
        <message>
            <source>Look and mend</source>
            <translation>살펴보고 고치기</translation>
        </message>
        <message>
            <source>Looking for people in all videos…</source>
            <translation>모든 영상에서 사람을 찾는 중…</translation>
        </message>
        <message>
            <source>Mend the calibration</source>
            <translation>캘리브레이션 바로잡기</translation>
        </message>
        <message>
            <source>Save and use</source>
            <translation>저장하고 쓰기</translation>
        </message>
        <message>
            <source>Show as before</source>
            <translation>고치기 전 보기</translation>
        </message>
        <message>
            <source>Show as mended</source>
            <translation>고친 뒤 보기</translation>
        </message>
        <message>
            <source>The people in this recording say how well its cameras' calibration fits, and what would fit better. The calibration that there is stays as it is; a new file is written only if you keep it.</source>
            <translation>이 녹화에 나오는 사람들로 카메라 캘리브레이션이 얼마나 맞는지, 무엇이 더 잘 맞는지 알 수 있습니다. 지금 있는 캘리브레이션은 그대로 두며, 저장할 때만 새 파일을 씁니다.</translation>
        </message>
    </context>
    <context>
        <name>Menus</name>
        <message>
            <source>&amp;About</source>
            <translation>정보(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;Calibrate videos…</source>
            <translation>영상 캘리브레이션(&amp;C)…</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>편집(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Export motion…</source>
            <translation>동작 내보내기(&amp;E)…</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>파일(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Full screen</source>
            <translation>전체 화면(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Heatmap over the views</source>
            <translation>영상 위 히트맵(&amp;H)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>도움말(&amp;H)</translation>
        </message>
        <message>
            <source>&amp;Keyboard shortcuts</source>
            <translation>단축키(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>언어(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Mend the calibration…</source>
            <translation>캘리브레이션 바로잡기(&amp;M)…</translation>
        </message>
        <message>
            <source>&amp;Open recording…</source>
            <translation>녹화 열기(&amp;O)…</translation>
        </message>
        <message>
            <source>&amp;Panes</source>
            <translation>창(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Playback</source>
            <translation>재생(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Process all…</source>
            <translation>전체 처리(&amp;P)…</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>끝내기(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Reset layout</source>
            <translation>화면 배치 초기화(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Rig check…</source>
            <translation>카메라 배치 확인(&amp;R)…</translation>
        </message>
        <message>
            <source>&amp;Settings…</source>
            <translation>설정(&amp;S)…</translation>
        </message>
        <message>
            <source>&amp;Tools</source>
            <translation>도구(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>보기(&amp;V)</translation>
        </message>
        <message>
            <source>10 frames back</source>
            <translation>10프레임 뒤로</translation>
        </message>
        <message>
            <source>10 frames on</source>
            <translation>10프레임 앞으로</translation>
        </message>
        <message>
            <source>3D: &amp;measure</source>
            <translation>3D: 측정(&amp;M)</translation>
        </message>
        <message>
            <source>3D: &amp;overview</source>
            <translation>3D: 전체 보기(&amp;O)</translation>
        </message>
        <message>
            <source>3D: from &amp;top</source>
            <translation>3D: 위에서 보기(&amp;T)</translation>
        </message>
        <message>
            <source>3D: view &amp;after</source>
            <translation>3D: 다음 시점(&amp;A)</translation>
        </message>
        <message>
            <source>3D: view &amp;before</source>
            <translation>3D: 이전 시점(&amp;B)</translation>
        </message>
        <message>
            <source>All joints</source>
            <translation>모든 관절</translation>
        </message>
        <message>
            <source>Choose nobody</source>
            <translation>선택 해제</translation>
        </message>
        <message>
            <source>Clear this list</source>
            <translation>목록 지우기</translation>
        </message>
        <message>
            <source>Compare &amp;with…</source>
            <translation>비교(&amp;W)…</translation>
        </message>
        <message>
            <source>Compute ahead</source>
            <translation>미리 계산</translation>
        </message>
        <message>
            <source>Coor&amp;dinates</source>
            <translation>좌표(&amp;D)</translation>
        </message>
        <message>
            <source>Everyone in full detail</source>
            <translation>모든 사람을 전체 관절로</translation>
        </message>
        <message>
            <source>Faster</source>
            <translation>빠르게</translation>
        </message>
        <message>
            <source>First frame</source>
            <translation>첫 프레임</translation>
        </message>
        <message>
            <source>Go to frame…</source>
            <translation>프레임으로 이동…</translation>
        </message>
        <message>
            <source>Last frame</source>
            <translation>마지막 프레임</translation>
        </message>
        <message>
            <source>Level: z up, floor at 0, origin under the space</source>
            <translation>수평: z가 위, 바닥이 0, 원점은 공간 아래</translation>
        </message>
        <message>
            <source>Longer LoD distance</source>
            <translation>LoD 거리 늘리기</translation>
        </message>
        <message>
            <source>Look through &amp;camera</source>
            <translation>카메라 시점으로 보기(&amp;C)</translation>
        </message>
        <message>
            <source>Loop from this frame</source>
            <translation>이 프레임부터 반복</translation>
        </message>
        <message>
            <source>Loop on or off</source>
            <translation>반복 켜기/끄기</translation>
        </message>
        <message>
            <source>Loop over the whole recording</source>
            <translation>전체 반복</translation>
        </message>
        <message>
            <source>Loop to this frame</source>
            <translation>이 프레임까지 반복</translation>
        </message>
        <message>
            <source>Next person</source>
            <translation>다음 사람</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>끄기</translation>
        </message>
        <message>
            <source>One frame back</source>
            <translation>1프레임 뒤로</translation>
        </message>
        <message>
            <source>One frame on</source>
            <translation>1프레임 앞으로</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>최근 녹화 열기(&amp;R)</translation>
        </message>
        <message>
            <source>Open saved res&amp;ults…</source>
            <translation>저장된 결과 열기(&amp;U)…</translation>
        </message>
        <message>
            <source>Play or pause</source>
            <translation>재생 또는 일시 정지</translation>
        </message>
        <message>
            <source>Previous person</source>
            <translation>이전 사람</translation>
        </message>
        <message>
            <source>Save picture or &amp;film…</source>
            <translation>그림 또는 영상 저장(&amp;F)…</translation>
        </message>
        <message>
            <source>Shorter LoD distance</source>
            <translation>LoD 거리 줄이기</translation>
        </message>
        <message>
            <source>Slower</source>
            <translation>느리게</translation>
        </message>
        <message>
            <source>The recording's own</source>
            <translation>녹화 자체의 좌표</translation>
        </message>
    </context>
    <context>
        <name>MotionPanes</name>
        <message>
            <source>The whole window</source>
            <translation>창 전체</translation>
        </message>
    </context>
    <context>
        <name>PeopleModel</name>
        <message>
            <source>Confidence</source>
            <translation>신뢰도</translation>
        </message>
        <message>
            <source>Detail</source>
            <translation>상세도</translation>
        </message>
        <message>
            <source>Distance</source>
            <translation>거리</translation>
        </message>
        <message>
            <source>Distance of the root from the LoD origin on the floor</source>
            <translation>바닥 평면에서 LoD 원점과 루트 사이의 거리</translation>
        </message>
        <message>
            <source>Full</source>
            <translation>전체</translation>
        </message>
        <message>
            <source>Full: all joints; root only: beyond the LoD distance</source>
            <translation>전체: 모든 관절, 루트만: LoD 거리 밖</translation>
        </message>
        <message>
            <source>Number that stays with a person from frame to frame</source>
            <translation>프레임이 바뀌어도 유지되는 사람 번호</translation>
        </message>
        <message>
            <source>Person</source>
            <translation>사람</translation>
        </message>
        <message>
            <source>Position of the root (mid hip) in the world, z upwards</source>
            <translation>월드 좌표계의 루트(골반 중앙) 위치, z축이 위쪽</translation>
        </message>
        <message>
            <source>Root only</source>
            <translation>루트만</translation>
        </message>
        <message>
            <source>The root net's score, 0 to 1</source>
            <translation>루트 신경망의 점수(0~1)</translation>
        </message>
        <message>
            <source>x mm</source>
            <translation>x mm</translation>
        </message>
        <message>
            <source>y mm</source>
            <translation>y mm</translation>
        </message>
        <message>
            <source>z mm</source>
            <translation>z mm</translation>
        </message>
    </context>
    <context>
        <name>PeopleTable</name>
        <message>
            <source>Choose nobody</source>
            <translation>선택 해제</translation>
        </message>
        <message>
            <source>Copy all rows</source>
            <translation>모든 행 복사</translation>
        </message>
        <message>
            <source>Copy row	Ctrl+C</source>
            <translation>행 복사	Ctrl+C</translation>
        </message>
    </context>
    <context>
        <name>PeopleTablePane</name>
        <message>
            <source>Nobody was found in this frame.</source>
            <translation>이 프레임에서 사람을 찾지 못했습니다.</translation>
        </message>
        <message>
            <source>The people of the frame appear here.</source>
            <translation>프레임에서 찾은 사람이 여기에 표시됩니다.</translation>
        </message>
    </context>
    <context>
        <name>Pictures</name>
        <message>
            <source>Copy picture</source>
            <translation>그림 복사</translation>
        </message>
        <message>
            <source>Pictures (*.png *.jpg)</source>
            <translation>그림 (*.png *.jpg)</translation>
        </message>
        <message>
            <source>Save picture</source>
            <translation>그림 저장</translation>
        </message>
        <message>
            <source>Save picture…</source>
            <translation>그림 저장…</translation>
        </message>
        <message>
            <source>{path} can't be written.</source>
            <translation>{path}에 쓸 수 없습니다.</translation>
        </message>
    </context>
    <context>
        <name>ProcessBar</name>
        <message>
            <source>Cancel</source>
            <translation>취소</translation>
        </message>
        <message>
            <source>Processing the whole recording</source>
            <translation>녹화 전체 처리 중</translation>
        </message>
        <message>
            <source>frame {done} of {total} · {left} left</source>
            <translation>{total}프레임 중 {done} · 남은 시간 {left}</translation>
        </message>
        <message>
            <source>getting ready …</source>
            <translation>준비 중…</translation>
        </message>
        <message>
            <source>writing frame {done} of {total} · {left} left</source>
            <translation>{total}개 중 {done}번 프레임 쓰는 중 · {left} 남음</translation>
        </message>
    </context>
    <context>
        <name>Processing</name>
        <message>
            <source>Close all the same</source>
            <translation>그래도 닫기</translation>
        </message>
        <message>
            <source>Files are still being written to {folder}. All that is computed is kept, but these files are dropped; any from before stay as they are.</source>
            <translation>아직 {folder}에 파일을 쓰는 중입니다. 계산된 것은 모두 보관되지만 쓰던 파일은 버려지며, 전에 있던 파일은 그대로 남습니다.</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>계속하기</translation>
        </message>
        <message>
            <source>Process all</source>
            <translation>전체 처리</translation>
        </message>
        <message>
            <source>The recording is still being computed: {done} of {total} frames so far. They are kept, and need not be computed again, but no files are written to {folder}.</source>
            <translation>아직 녹화를 계산하는 중입니다(지금까지 {total}프레임 중 {done}프레임). 계산된 것은 보관되어 다시 계산할 필요가 없지만, {folder}에 파일은 저장되지 않습니다.</translation>
        </message>
        <message>
            <source>Where the results go: a folder {name} is made there</source>
            <translation>결과를 저장할 위치: 그 안에 {name} 폴더를 만듭니다</translation>
        </message>
        <message>
            <source>{folder} holds results already. They are replaced when the new ones are complete. Go on?</source>
            <translation>{folder}에 이미 결과가 있습니다. 새 결과가 완성되면 대체됩니다. 계속할까요?</translation>
        </message>
    </context>
    <context>
        <name>RecordingPanel</name>
        <message>
            <source>Cameras</source>
            <translation>카메라</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>폴더</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>형식</translation>
        </message>
        <message>
            <source>Frame size</source>
            <translation>프레임 크기</translation>
        </message>
        <message>
            <source>Frames</source>
            <translation>프레임 수</translation>
        </message>
        <message>
            <source>Frames per second</source>
            <translation>초당 프레임 수</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>참고</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>녹화</translation>
        </message>
        <message>
            <source>none open</source>
            <translation>열린 녹화 없음</translation>
        </message>
        <message>
            <source>not known, played at 30</source>
            <translation>알 수 없음(30으로 재생)</translation>
        </message>
    </context>
    <context>
        <name>RigDialog</name>
        <message>
            <source>Accepted: {sentence}</source>
            <translation>적용됨: {sentence}</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>닫기</translation>
        </message>
        <message>
            <source>Compute all the same</source>
            <translation>그래도 계산</translation>
        </message>
        <message>
            <source>Copy as text</source>
            <translation>글로 복사</translation>
        </message>
        <message>
            <source>Do so</source>
            <translation>적용</translation>
        </message>
        <message>
            <source>Leave it out</source>
            <translation>제외하기</translation>
        </message>
        <message>
            <source>Rig check</source>
            <translation>카메라 배치 확인</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>되돌리기</translation>
        </message>
        <message>
            <source>The rig can't be right as it is, so nothing is computed ahead.</source>
            <translation>카메라 배치가 이대로는 맞지 않아 미리 계산하지 않습니다.</translation>
        </message>
        <message>
            <source>agrees on {share:.0f} % of {people} people</source>
            <translation>사람 {people}명 중 {share:.0f} %가 맞음</translation>
        </message>
        <message>
            <source>floor {height:.0f} mm</source>
            <translation>바닥 {height:.0f} mm</translation>
        </message>
        <message>
            <source>misses by {angle:.1f} mrad,</source>
            <translation>오차 {angle:.1f} mrad,</translation>
        </message>
        <message>
            <source>more than a good calibration</source>
            <translation>좋은 캘리브레이션보다 큼</translation>
        </message>
        <message>
            <source>people {metres:.2f} m tall</source>
            <translation>사람 키 {metres:.2f} m</translation>
        </message>
        <message>
            <source>time {offset:+.0f} ms</source>
            <translation>시간 {offset:+.0f} ms</translation>
        </message>
        <message>
            <source>too much</source>
            <translation>너무 큼</translation>
        </message>
        <message>
            <source>up ({x:.2f}, {y:.2f}, {z:.2f}) ± {degrees:.1f}°</source>
            <translation>위쪽 ({x:.2f}, {y:.2f}, {z:.2f}) ± {degrees:.1f}°</translation>
        </message>
        <message>
            <source>{frames} frames looked at, {people} people in space</source>
            <translation>{frames}프레임을 살펴봄, 공간 속 사람 {people}명</translation>
        </message>
        <message>
            <source>{share:.0f} % of a person</source>
            <translation>사람 크기의 {share:.0f} %</translation>
        </message>
    </context>
    <context>
        <name>RigLine</name>
        <message>
            <source>Rig check</source>
            <translation>카메라 배치 확인</translation>
        </message>
        <message>
            <source>The rig can't be right:

{findings}

Compute all the same?</source>
            <translation>카메라 배치가 맞지 않습니다.

{findings}

그래도 계산하시겠습니까?</translation>
        </message>
    </context>
    <context>
        <name>SeekBar</name>
        <message>
            <source>Frame {index}</source>
            <translation>프레임 {index}</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>A table of names and whole numbers, e.g. {cam01: 2}.</source>
            <translation>이름과 정수의 표를 입력하세요. 예: {cam01: 2}</translation>
        </message>
        <message>
            <source>Default of the chosen row</source>
            <translation>선택한 항목을 기본값으로</translation>
        </message>
        <message>
            <source>Expected: a list in brackets, each entry: {kind}.</source>
            <translation>대괄호로 묶은 목록이어야 합니다. 각 항목: {kind}</translation>
        </message>
        <message>
            <source>Expected: a list of {count} in brackets, each entry: {kind}.</source>
            <translation>대괄호로 묶은 {count}개 항목의 목록이어야 합니다. 각 항목: {kind}</translation>
        </message>
        <message>
            <source>Expected: {kind}.</source>
            <translation>필요한 값: {kind}</translation>
        </message>
        <message>
            <source>Find a setting</source>
            <translation>설정 찾기</translation>
        </message>
        <message>
            <source>Meaning</source>
            <translation>의미</translation>
        </message>
        <message>
            <source>One of: {choices}.</source>
            <translation>다음 중 하나: {choices}</translation>
        </message>
        <message>
            <source>Setting</source>
            <translation>설정</translation>
        </message>
        <message>
            <source>Settings – {file}</source>
            <translation>설정 – {file}</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>값</translation>
        </message>
        <message>
            <source>Yes or no.</source>
            <translation>예 또는 아니요.</translation>
        </message>
        <message>
            <source>number</source>
            <translation>숫자</translation>
        </message>
        <message>
            <source>text</source>
            <translation>텍스트</translation>
        </message>
        <message>
            <source>whole number</source>
            <translation>정수</translation>
        </message>
    </context>
    <context>
        <name>StartPage</name>
        <message>
            <source>Choose the folder with the videos and the calibration of all cameras, or drop it anywhere on this window. Results that were saved open too.</source>
            <translation>모든 카메라의 영상과 캘리브레이션 파일이 있는 폴더를 선택하거나 이 창에 끌어다 놓으세요. 저장된 결과도 열 수 있습니다.</translation>
        </message>
        <message>
            <source>Open a folder…</source>
            <translation>폴더 열기…</translation>
        </message>
        <message>
            <source>Open a recording</source>
            <translation>녹화 열기</translation>
        </message>
        <message>
            <source>Open lately</source>
            <translation>최근에 연 녹화</translation>
        </message>
        <message>
            <source>Try the demo recording</source>
            <translation>데모 녹화 열기</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>1 camera</source>
            <translation>카메라 1대</translation>
        </message>
        <message>
            <source>Checking the rig … {percent} %</source>
            <translation>카메라 배치 확인 중 … {percent} %</translation>
        </message>
        <message>
            <source>Computing ahead is off</source>
            <translation>미리 계산 꺼짐</translation>
        </message>
        <message>
            <source>Computing ahead: {rate:.1f} frames/s · {left} left</source>
            <translation>미리 계산 중: 초당 {rate:.1f} 프레임 · {left} 남음</translation>
        </message>
        <message>
            <source>Computing …</source>
            <translation>계산 중…</translation>
        </message>
        <message>
            <source>Loading the network …</source>
            <translation>신경망을 불러오는 중…</translation>
        </message>
        <message>
            <source>No recording open</source>
            <translation>열린 녹화 없음</translation>
        </message>
        <message>
            <source>Not computing: the rig can't be right</source>
            <translation>계산하지 않음: 카메라 배치가 맞지 않습니다</translation>
        </message>
        <message>
            <source>Opening the recording …</source>
            <translation>녹화를 여는 중…</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>준비됨</translation>
        </message>
        <message>
            <source>The network could not be loaded</source>
            <translation>신경망을 불러오지 못했습니다</translation>
        </message>
        <message>
            <source>{count} cameras</source>
            <translation>카메라 {count}대</translation>
        </message>
        <message>
            <source>{count} frames</source>
            <translation>{count}프레임</translation>
        </message>
        <message>
            <source>{fps:g} fps</source>
            <translation>{fps:g} fps</translation>
        </message>
    </context>
    <context>
        <name>StepsDialog</name>
        <message>
            <source>{camera}: someone is seen in {seen} of {done} pictures, in {shared} together with another camera</source>
            <translation>{camera}: 사진 {done}장 중 {seen}장에 사람이 보이고, {shared}장에서는 다른 카메라에도 보입니다</translation>
        </message>
    </context>
    <context>
        <name>TimelinePane</name>
        <message>
            <source>All</source>
            <translation>전체</translation>
        </message>
        <message>
            <source>All frames (double click on the ruler)</source>
            <translation>모든 프레임(눈금자를 두 번 클릭)</translation>
        </message>
        <message>
            <source>Closer (wheel over the rows)</source>
            <translation>확대(행 위에서 휠)</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>내보내기…</translation>
        </message>
        <message>
            <source>Frames {first} to {last} are chosen</source>
            <translation>{first}~{last}번 프레임이 선택됨</translation>
        </message>
        <message>
            <source>Shift and drag: a range · right click: put right who is who</source>
            <translation>Shift+끌기: 구간 선택 · 오른쪽 클릭: 사람 바로잡기</translation>
        </message>
        <message>
            <source>Who is there when is shown here once frames are computed.</source>
            <translation>프레임이 계산되면 누가 언제 있는지 여기에 표시됩니다.</translation>
        </message>
        <message>
            <source>Wider</source>
            <translation>축소</translation>
        </message>
        <message>
            <source>Write the motion of these people as files</source>
            <translation>이 사람들의 동작을 파일로 씁니다</translation>
        </message>
    </context>
    <context>
        <name>TimelineView</name>
        <message>
            <source>Frame {index}</source>
            <translation>프레임 {index}</translation>
        </message>
        <message>
            <source>filled in from before and after</source>
            <translation>앞뒤에서 채워 넣음</translation>
        </message>
        <message>
            <source>found</source>
            <translation>있음</translation>
        </message>
        <message>
            <source>found, but not sure where</source>
            <translation>있지만 위치가 불확실함</translation>
        </message>
        <message>
            <source>not found</source>
            <translation>없음</translation>
        </message>
        <message>
            <source>{person}, frame {index}: {state}</source>
            <translation>{person}, 프레임 {index}: {state}</translation>
        </message>
    </context>
    <context>
        <name>TimingPlotPane</name>
        <message>
            <source>&lt;b&gt;{full}&lt;/b&gt; of {people} people in full detail</source>
            <translation>{people}명 중 &lt;b&gt;{full}&lt;/b&gt;명 전체 관절</translation>
        </message>
        <message>
            <source>&lt;b&gt;{ms:.0f} ms&lt;/b&gt; per frame</source>
            <translation>프레임당 &lt;b&gt;{ms:.0f} ms&lt;/b&gt;</translation>
        </message>
        <message>
            <source>LoD saved ≈ &lt;b&gt;{ms:.0f} ms&lt;/b&gt;</source>
            <translation>LoD로 절약 ≈ &lt;b&gt;{ms:.0f} ms&lt;/b&gt;</translation>
        </message>
        <message>
            <source>LoD saved: not known yet</source>
            <translation>LoD로 절약: 아직 알 수 없음</translation>
        </message>
        <message>
            <source>The time of each stage appears here once a frame is computed.</source>
            <translation>프레임을 계산하면 단계별 시간이 여기에 표시됩니다.</translation>
        </message>
        <message>
            <source>computed for another LoD distance</source>
            <translation>다른 LoD 거리로 계산됨</translation>
        </message>
        <message>
            <source>ms</source>
            <translation>ms</translation>
        </message>
        <message>
            <source>people: full detail</source>
            <translation>사람: 전체 관절</translation>
        </message>
        <message>
            <source>people: root only</source>
            <translation>사람: 루트만</translation>
        </message>
        <message>
            <source>saved by the LoD (estimate)</source>
            <translation>LoD로 절약한 시간(추정)</translation>
        </message>
    </context>
    <context>
        <name>TitleBar</name>
        <message>
            <source>Hide (View → Panes shows it again)</source>
            <translation>숨기기(보기 → 창에서 다시 표시)</translation>
        </message>
        <message>
            <source>Take out of the window, or put back</source>
            <translation>창에서 분리하거나 되돌리기</translation>
        </message>
    </context>
    <context>
        <name>TopViewPane</name>
        <message>
            <source>From above, grid in metres</source>
            <translation>위에서 본 모습, 격자 단위 미터</translation>
        </message>
        <message>
            <source>Open a recording (Ctrl+O) or drop its folder here to see its space and its people.</source>
            <translation>녹화를 열거나(Ctrl+O) 폴더를 여기에 끌어다 놓으면 공간과 사람이 표시됩니다.</translation>
        </message>
        <message>
            <source>Show everything</source>
            <translation>전체 보기</translation>
        </message>
    </context>
    <context>
        <name>Transport</name>
        <message>
            <source>10 frames back (Shift+Left)</source>
            <translation>10프레임 뒤로 (Shift+왼쪽)</translation>
        </message>
        <message>
            <source>10 frames on (Shift+Right)</source>
            <translation>10프레임 앞으로 (Shift+오른쪽)</translation>
        </message>
        <message>
            <source>Drag to seek, with Shift to choose what playing loops over. Tinted frames are computed</source>
            <translation>끌어서 이동, Shift와 함께 끌면 반복 구간 선택. 색이 있는 프레임은 계산되었습니다</translation>
        </message>
        <message>
            <source>First frame (Home)</source>
            <translation>첫 프레임 (Home)</translation>
        </message>
        <message>
            <source>Go to this frame (Ctrl+G)</source>
            <translation>이 프레임으로 이동 (Ctrl+G)</translation>
        </message>
        <message>
            <source>Last frame (End)</source>
            <translation>마지막 프레임 (End)</translation>
        </message>
        <message>
            <source>One frame back (Left)</source>
            <translation>1프레임 뒤로 (왼쪽)</translation>
        </message>
        <message>
            <source>One frame on (Right)</source>
            <translation>1프레임 앞으로 (오른쪽)</translation>
        </message>
        <message>
            <source>Play or pause (Space)</source>
            <translation>재생 또는 일시 정지 (Space)</translation>
        </message>
        <message>
            <source>Playback speed. Every frame: the next one when the last one is computed</source>
            <translation>재생 속도. 모든 프레임: 앞 프레임의 계산이 끝나면 다음 프레임으로</translation>
        </message>
        <message>
            <source>Start again after the last frame (L)</source>
            <translation>마지막 프레임 뒤 처음부터 반복 (L)</translation>
        </message>
        <message>
            <source>every frame</source>
            <translation>모든 프레임</translation>
        </message>
    </context>
    <context>
        <name>View3DPane</name>
        <message>
            <source>Camera</source>
            <translation>카메라</translation>
        </message>
        <message>
            <source>Choose {person}</source>
            <translation>{person} 선택</translation>
        </message>
        <message>
            <source>Floor grid in metres, level coordinates</source>
            <translation>바닥 격자 눈금: m, 수평 좌표</translation>
        </message>
        <message>
            <source>Floor grid in metres, the recording's own coordinates</source>
            <translation>바닥 격자 눈금: m, 녹화 자체의 좌표</translation>
        </message>
        <message>
            <source>Hide {person}</source>
            <translation>{person} 숨기기</translation>
        </message>
        <message>
            <source>LoD {distance:.2f} m</source>
            <translation>LoD {distance:.2f} m</translation>
        </message>
        <message>
            <source>Look at {person}</source>
            <translation>{person} 가까이 보기</translation>
        </message>
        <message>
            <source>Open a recording (Ctrl+O) or drop its folder here to see its space and its people.</source>
            <translation>녹화를 열거나(Ctrl+O) 녹화 폴더를 여기로 끌어다 놓으면 공간과 사람이 표시됩니다.</translation>
        </message>
        <message>
            <source>Overview</source>
            <translation>전체 보기</translation>
        </message>
        <message>
            <source>The space as a camera sees it (without lens distortion)</source>
            <translation>카메라가 보는 공간(렌즈 왜곡 제외)</translation>
        </message>
        <message>
            <source>The space from above</source>
            <translation>위에서 본 공간</translation>
        </message>
        <message>
            <source>The whole space and its cameras, from a corner</source>
            <translation>모서리에서 본 공간 전체와 카메라</translation>
        </message>
        <message>
            <source>Through a camera</source>
            <translation>카메라 시점</translation>
        </message>
        <message>
            <source>Through {camera}</source>
            <translation>{camera} 시점</translation>
        </message>
        <message>
            <source>Top</source>
            <translation>위</translation>
        </message>
        <message>
            <source>View</source>
            <translation>시점</translation>
        </message>
    </context>
    <context>
        <name>config</name>
        <message>
            <source>2D network that turns images into heatmaps.</source>
            <translation>영상을 히트맵으로 바꾸는 2D 신경망.</translation>
        </message>
        <message>
            <source>A crop's (width, height), px, for networks of crops.</source>
            <translation>크롭을 받는 신경망의 크롭 (너비, 높이), px.</translation>
        </message>
        <message>
            <source>A person who was lost is known again after this long at most, s.</source>
            <translation>사라진 사람을 다시 알아보는 최대 시간, 초.</translation>
        </message>
        <message>
            <source>A pose is kept if its lower ankle's height lies in this range (low, high), mm above the floor.</source>
            <translation>더 낮은 발목의 높이가 이 범위(하한, 상한, 바닥 기준 mm)에 있을 때만 자세를 유지합니다.</translation>
        </message>
        <message>
            <source>A pose whose joints moved by no more than this on average, mm, in a refinement alone is not refined again.</source>
            <translation>한 번의 다듬기만으로 관절이 평균 이만큼(mm)도 움직이지 않은 자세는 다시 다듬지 않습니다.</translation>
        </message>
        <message>
            <source>A refinement starts from the pose net's pose too; false: only from the one by which somebody was recognised (faster).</source>
            <translation>정밀화를 자세 신경망의 자세에서도 시작합니다. false면 사람을 알아본 자세에서만 시작합니다(더 빠름).</translation>
        </message>
        <message>
            <source>A voxel's heatmap sum is divided by at least this many views, so that one view alone never looks certain.</source>
            <translation>복셀의 히트맵 합을 최소한 이 카메라 수로 나누어, 한 카메라만으로는 확실해 보이지 않게 합니다.</translation>
        </message>
        <message>
            <source>Backbone checkpoint; a relative name is looked for in modules/SelfPose3d/weights.</source>
            <translation>백본 체크포인트. 상대 이름은 modules/SelfPose3d/weights에서 찾습니다.</translation>
        </message>
        <message>
            <source>Before the first frame a few frames' people tell whether the rig is what the calibration says.</source>
            <translation>첫 프레임 전에 몇 프레임의 사람들로 카메라 배치가 캘리브레이션 파일과 맞는지 확인합니다.</translation>
        </message>
        <message>
            <source>Built-in 2D network that finds whom to crop, by its weights.</source>
            <translation>크롭할 사람을 찾는 내장 2D 신경망의 가중치 파일.</translation>
        </message>
        <message>
            <source>CPU threads of the network; 0: as many as cores.</source>
            <translation>신경망이 쓰는 CPU 스레드 수. 0: 코어 수만큼.</translation>
        </message>
        <message>
            <source>Calibration file to use, from the recording's folder; empty: the one that is found.</source>
            <translation>사용할 캘리브레이션 파일(영상 폴더 기준). 비우면 찾은 것을 사용합니다.</translation>
        </message>
        <message>
            <source>Camera name → by how much it falls behind, millionths of the time that has passed; such cameras are paired by time.</source>
            <translation>카메라 이름 → 지난 시간의 백만분의 몇만큼 뒤처지는지. 이런 카메라는 시각으로 짝을 맞춥니다.</translation>
        </message>
        <message>
            <source>Camera name → frames by which it is late: its frame n + offset shows what the others' frame n shows. Negative: early.</source>
            <translation>카메라 이름 → 늦은 프레임 수. 그 카메라의 n + 오프셋 프레임이 다른 카메라의 n 프레임과 같은 순간입니다. 음수: 빠름.</translation>
        </message>
        <message>
            <source>Camera name → milliseconds by which it is late, as FRAME_OFFSETS in frames; such cameras are paired by time.</source>
            <translation>카메라 이름 → 늦은 밀리초(FRAME_OFFSETS는 프레임 단위로 같은 뜻). 이런 카메라는 시각으로 짝을 맞춥니다.</translation>
        </message>
        <message>
            <source>Camera name → quarter turns clockwise by which its frames are turned to stand upright.</source>
            <translation>카메라 이름 → 화면을 바로 세우기 위해 시계 방향으로 돌리는 90° 횟수.</translation>
        </message>
        <message>
            <source>Camera whose frames set the time where cameras are paired by time; empty: the fastest.</source>
            <translation>시각으로 맞출 때 기준이 되는 카메라. 비우면 가장 빠른 카메라.</translation>
        </message>
        <message>
            <source>Cameras to use, by name; empty: all.</source>
            <translation>사용할 카메라의 이름. 비우면 모두 사용.</translation>
        </message>
        <message>
            <source>Centre of the observed space (x, y, z), mm, world.</source>
            <translation>관찰 공간의 중심 (x, y, z), mm, 월드 좌표.</translation>
        </message>
        <message>
            <source>Channels of the pose net's V2V: stem, full, half, quarter size.</source>
            <translation>자세 신경망 V2V의 채널 수: 입력부, 원래 크기, 1/2, 1/4.</translation>
        </message>
        <message>
            <source>Channels of the refinement: of a joint in a view, of a joint.</source>
            <translation>정밀화 신경망의 채널 수: 시점별 관절, 관절.</translation>
        </message>
        <message>
            <source>Channels of the root net's V2V: stem, full, half, quarter size.</source>
            <translation>루트 신경망 V2V의 채널 수: 입력부, 원래 크기, 1/2, 1/4.</translation>
        </message>
        <message>
            <source>Channels of the up-sampling layers.</source>
            <translation>업샘플링 층의 채널 수.</translation>
        </message>
        <message>
            <source>Checkpoint of a pose's last step, where REFINE.LAST_STEP asks for one.</source>
            <translation>자세의 마지막 단계를 맡는 신경망의 체크포인트(REFINE.LAST_STEP에 필요한 경우).</translation>
        </message>
        <message>
            <source>Checkpoint of the whole network; empty: those below.</source>
            <translation>전체 신경망의 체크포인트. 비우면 아래 체크포인트를 사용.</translation>
        </message>
        <message>
            <source>Coordinates of written files: the calibration's own (recording), or z up, floor at 0, origin under the space (level).</source>
            <translation>기록되는 파일의 좌표: 캘리브레이션 파일의 좌표(recording), 또는 z가 위, 바닥이 0, 원점이 공간 아래(level).</translation>
        </message>
        <message>
            <source>Cut-off of the Butterworth and one-euro filters, Hz.</source>
            <translation>버터워스 및 1유로 필터의 차단 주파수, Hz.</translation>
        </message>
        <message>
            <source>Depth of PoseResNet.</source>
            <translation>PoseResNet의 깊이.</translation>
        </message>
        <message>
            <source>Disk for small pictures of a recording, which play without delay, MB; 0: none.</source>
            <translation>지연 없이 재생되는 작은 그림에 쓰는 디스크, MB. 0: 사용 안 함.</translation>
        </message>
        <message>
            <source>Fingerprint of the rig that the space and the image size describe; any other rig gets fitted ones. Empty: every rig.</source>
            <translation>공간과 영상 크기 설정이 대상으로 하는 카메라 배치의 지문. 다른 배치에는 값을 자동으로 맞춥니다. 비우면 모든 배치에 적용.</translation>
        </message>
        <message>
            <source>Frames decoded ahead of the one shown.</source>
            <translation>표시 중인 프레임보다 미리 디코딩할 프레임 수.</translation>
        </message>
        <message>
            <source>Frames in work at once when a whole recording is processed on the CPU; 0: one a core, four at most, and one more.</source>
            <translation>녹화 전체를 CPU로 처리할 때 한꺼번에 작업하는 프레임 수. 0: 코어마다 하나, 많아야 넷, 그리고 하나 더.</translation>
        </message>
        <message>
            <source>Heatmap (width, height), cells.</source>
            <translation>히트맵 (너비, 높이), 칸.</translation>
        </message>
        <message>
            <source>Height of the floor along up in the calibration's coordinates, mm (one number); empty: found out from people.</source>
            <translation>캘리브레이션 좌표에서 위쪽 방향으로 잰 바닥 높이, mm(숫자 하나). 비우면 사람들로부터 알아냅니다.</translation>
        </message>
        <message>
            <source>How fast the one-euro filter's cut-off rises with speed, Hz per mm/s.</source>
            <translation>속도에 따라 1유로 필터의 차단 주파수가 높아지는 정도, mm/s당 Hz.</translation>
        </message>
        <message>
            <source>How often the root net looks, each time at what the people found so far leave of the heatmaps.</source>
            <translation>루트 신경망이 살펴보는 횟수. 두 번째부터는 이미 찾은 사람을 히트맵에서 빼고 남은 것을 봅니다.</translation>
        </message>
        <message>
            <source>It does so on battery too.</source>
            <translation>배터리로 동작할 때도 미리 계산합니다.</translation>
        </message>
        <message>
            <source>Its joints: a set of configs/joints, or a YAML file with their names.</source>
            <translation>그 신경망의 관절: configs/joints의 묶음 이름, 또는 관절 이름이 적힌 YAML 파일.</translation>
        </message>
        <message>
            <source>Joint that stands for a person's root (2: mid-hip).</source>
            <translation>사람의 루트로 쓰는 관절(2: 골반 중앙).</translation>
        </message>
        <message>
            <source>Joints of the skeleton.</source>
            <translation>골격의 관절 수.</translation>
        </message>
        <message>
            <source>Kernel of PoseResNet's last layer.</source>
            <translation>PoseResNet 마지막 층의 커널 크기.</translation>
        </message>
        <message>
            <source>Kernel of the pose net's first 3D convolution, voxels.</source>
            <translation>자세 신경망 첫 3D 합성곱의 커널 크기, 복셀.</translation>
        </message>
        <message>
            <source>Kernel of the root net's first 3D convolution, voxels.</source>
            <translation>루트 신경망 첫 3D 합성곱의 커널 크기, 복셀.</translation>
        </message>
        <message>
            <source>Kernels of the up-sampling layers.</source>
            <translation>업샘플링 층의 커널 크기.</translation>
        </message>
        <message>
            <source>Keys of space, image size, ankle rule and LoD origin whose values hold in any rig; those given for one run do.</source>
            <translation>공간, 영상 크기, 발목 규칙, LoD 원점의 키 중 어느 배치에서나 값이 유지되는 것. 한 번의 실행에만 준 값은 유지됩니다.</translation>
        </message>
        <message>
            <source>Keys that the command line gives: there, what was accepted of the rig check does not count. Noted by the program.</source>
            <translation>명령줄에서 지정한 키: 이 키에는 카메라 배치 확인에서 수락한 내용을 적용하지 않습니다. 프로그램이 기록합니다.</translation>
        </message>
        <message>
            <source>Layout of the recording.</source>
            <translation>녹화의 형식.</translation>
        </message>
        <message>
            <source>Longest gap in a joint's trajectory that is filled, s; 0: none.</source>
            <translation>채워 넣을 관절 궤적의 최대 공백, 초. 0: 채우지 않음.</translation>
        </message>
        <message>
            <source>Memory for whole pictures that were shown lately, MB.</source>
            <translation>최근에 표시한 원본 그림에 쓰는 메모리, MB.</translation>
        </message>
        <message>
            <source>MoveNet's layers that bear it compute in 8 bits if the backbone computes in 16: faster, and joints move a little.</source>
            <translation>백본을 16비트로 계산할 때 MoveNet에서 견딜 수 있는 층을 8비트로 계산합니다. 더 빠르지만 관절도 조금 움직입니다.</translation>
        </message>
        <message>
            <source>Names of the cameras whose picture is mirrored.</source>
            <translation>영상이 좌우로 뒤집힌 카메라의 이름.</translation>
        </message>
        <message>
            <source>Names of the cameras whose pose is camera-to-world in the calibration.</source>
            <translation>캘리브레이션 파일의 자세가 카메라→월드로 적힌 카메라의 이름.</translation>
        </message>
        <message>
            <source>Names of two cameras whose files are exchanged; of more, each of whose files is the next one's, the last the first's; '|' between two such circles.</source>
            <translation>파일이 서로 바뀐 두 카메라의 이름. 셋 이상이면 각 파일이 다음 카메라의 것이고 마지막 것은 첫 카메라의 것입니다. 그런 고리가 둘이면 사이에 '|'.</translation>
        </message>
        <message>
            <source>Network image (width, height), px.</source>
            <translation>신경망 입력 영상 (너비, 높이), px.</translation>
        </message>
        <message>
            <source>Networks that compute in 16 bits; that is faster and moves joints, by 2 mm (median) for the backbone.</source>
            <translation>16비트로 계산하는 신경망. 더 빠르지만 관절이 움직입니다. 백본이면 2 mm(중앙값)입니다.</translation>
        </message>
        <message>
            <source>Of two proposals closer than this on the floor the weaker is dropped, mm; 0: voxel neighbours only.</source>
            <translation>바닥에서 두 후보가 이 거리(mm)보다 가까우면 약한 쪽을 버립니다. 0: 이웃한 복셀만.</translation>
        </message>
        <message>
            <source>Of two proposals whose joints are closer than this on average the weaker is dropped, mm.</source>
            <translation>관절 사이의 평균 거리가 이보다 가까운 두 후보 중 약한 쪽을 버립니다(mm).</translation>
        </message>
        <message>
            <source>People at most in one frame.</source>
            <translation>한 프레임의 최대 사람 수.</translation>
        </message>
        <message>
            <source>People farther than this from the LoD origin keep their root only, mm; 0: no limit.</source>
            <translation>LoD 원점에서 이 거리(mm)보다 먼 사람은 루트만 유지합니다. 0: 제한 없음.</translation>
        </message>
        <message>
            <source>Points behind a camera or beyond the lens's valid radius don't count as seen; false keeps the published behaviour.</source>
            <translation>카메라 뒤나 렌즈의 유효 반경 밖에 있는 점은 보이지 않는 것으로 처리합니다. 끄면 논문 공개 코드와 같게 동작합니다.</translation>
        </message>
        <message>
            <source>Pose net checkpoint.</source>
            <translation>자세 신경망 체크포인트.</translation>
        </message>
        <message>
            <source>Recording that opens at start; relative to the project folder.</source>
            <translation>시작할 때 열 녹화. 프로젝트 폴더 기준 경로.</translation>
        </message>
        <message>
            <source>Refinement checkpoint, where REFINE.STAGES asks for one.</source>
            <translation>정밀화 신경망의 체크포인트(REFINE.STAGES에 필요한 경우).</translation>
        </message>
        <message>
            <source>Refinements of a pose behind the pose net; 0: none, as published.</source>
            <translation>자세 신경망 다음에 자세를 정밀화하는 횟수. 0: 논문처럼 하지 않음.</translation>
        </message>
        <message>
            <source>Refinements of a pose behind those, on what the other people leave of the heatmaps, at most.</source>
            <translation>그 뒤에 다른 사람들이 히트맵에 남긴 것에서 자세를 다시 다듬는 횟수의 최댓값.</translation>
        </message>
        <message>
            <source>Refinements of a pose in use; those beyond STAGES repeat the last.</source>
            <translation>실제로 쓸 때 자세를 다듬는 횟수. STAGES를 넘으면 마지막 단계를 되풀이합니다.</translation>
        </message>
        <message>
            <source>Root net checkpoint.</source>
            <translation>루트 신경망 체크포인트.</translation>
        </message>
        <message>
            <source>Root proposals that a refinement verifies, in place of MAX_PEOPLE_NUM.</source>
            <translation>정밀화 신경망이 검증하는 루트 후보 수(MAX_PEOPLE_NUM 대신 적용).</translation>
        </message>
        <message>
            <source>Root score above which a proposal is a person.</source>
            <translation>루트 점수가 이 값보다 크면 사람으로 봅니다.</translation>
        </message>
        <message>
            <source>Rounds of exchange between views and joints in a refinement.</source>
            <translation>정밀화할 때 시점과 관절이 정보를 주고받는 횟수.</translation>
        </message>
        <message>
            <source>Rounds of exchange in the network for a pose's last step, behind REFINE.ROUNDS_ALONE; 0: none.</source>
            <translation>REFINE.ROUNDS_ALONE 뒤에 자세를 마지막으로 한 번 더 옮기는 신경망에서 정보를 주고받는 횟수. 0이면 쓰지 않음.</translation>
        </message>
        <message>
            <source>Run every stage the plain published way, without caches and batching (for comparison).</source>
            <translation>캐시와 일괄 처리 없이 모든 단계를 논문 공개 방식 그대로 실행합니다(비교용).</translation>
        </message>
        <message>
            <source>Sharpness of the pose net's soft-argmax.</source>
            <translation>자세 신경망 soft-argmax의 예리함.</translation>
        </message>
        <message>
            <source>Side of a face crop, px of the raw frame.</source>
            <translation>얼굴 영역 한 변의 길이, 원본 프레임의 px.</translation>
        </message>
        <message>
            <source>Size of the observed space (x, y, z), mm.</source>
            <translation>관찰 공간의 크기 (x, y, z), mm.</translation>
        </message>
        <message>
            <source>Size of the pose net's volume around a root (x, y, z), mm.</source>
            <translation>루트를 둘러싼 자세 신경망 볼륨의 크기 (x, y, z), mm.</translation>
        </message>
        <message>
            <source>The network gets RGB; false: BGR.</source>
            <translation>신경망에 RGB로 입력합니다. 끄면 BGR.</translation>
        </message>
        <message>
            <source>The root net looks from above (2D convolutions, heights as channels; CHANNELS: full to eighth size) instead of a V2V.</source>
            <translation>루트 신경망이 V2V 대신 위에서 내려다봅니다(2D 합성곱, 높이는 채널. CHANNELS: 전체 크기에서 8분의 1까지).</translation>
        </message>
        <message>
            <source>The root net reads heatmaps whose peaks are widened by a cell, so that none falls between two voxels.</source>
            <translation>루트 신경망이 봉우리를 한 칸 넓힌 히트맵을 읽어, 복셀 사이로 빠지는 봉우리가 없게 합니다.</translation>
        </message>
        <message>
            <source>The window computes frames ahead, from the shown one on, while nobody asks for any.</source>
            <translation>요청이 없는 동안 표시된 프레임부터 미리 계산합니다.</translation>
        </message>
        <message>
            <source>Up-sampling layers of PoseResNet.</source>
            <translation>PoseResNet의 업샘플링 층 수.</translation>
        </message>
        <message>
            <source>Verdict of the refinement (0 to 1) above which a root proposal is a person.</source>
            <translation>정밀화 신경망의 판정(0–1)이 이 값을 넘으면 루트 후보를 사람으로 봅니다.</translation>
        </message>
        <message>
            <source>Views that must show somebody's joints for the person to count as found; of one view alone the distance is a guess.</source>
            <translation>사람이 찾아진 것으로 치려면 관절을 보여야 하는 시점의 수. 한 시점만으로는 거리가 추측입니다.</translation>
        </message>
        <message>
            <source>Voxels of the pose net's volume (x, y, z).</source>
            <translation>자세 신경망 볼륨의 복셀 수 (x, y, z).</translation>
        </message>
        <message>
            <source>Voxels of the root net's volume (x, y, z).</source>
            <translation>루트 신경망 볼륨의 복셀 수 (x, y, z).</translation>
        </message>
        <message>
            <source>What an ONNX 2D network answers: heatmaps or people of a whole image, or SimCC or heatmaps of one person's crop.</source>
            <translation>ONNX 2D 신경망이 내놓는 것: 전체 영상의 히트맵이나 사람, 또는 한 사람 크롭의 SimCC나 히트맵.</translation>
        </message>
        <message>
            <source>What is subtracted from its image, per channel, 0 to 255.</source>
            <translation>영상에서 채널별로 빼는 값, 0~255.</translation>
        </message>
        <message>
            <source>What its image is then divided by, per channel.</source>
            <translation>그다음 영상을 채널별로 나누는 값.</translation>
        </message>
        <message>
            <source>What runs the network on the CPU: openvino is fastest; auto takes torch where OpenVINO is not to be had.</source>
            <translation>CPU에서 신경망을 실행하는 엔진. openvino가 가장 빠르며, auto는 OpenVINO를 쓸 수 없으면 torch를 사용합니다.</translation>
        </message>
        <message>
            <source>What smooths trajectories: rts weighs each joint by how sure it is; butterworth, one_euro, or none.</source>
            <translation>궤적을 매끄럽게 하는 방법. rts는 관절마다 확실한 정도에 따라 가중합니다. butterworth, one_euro 또는 none.</translation>
        </message>
        <message>
            <source>What the calibration's lengths are multiplied by to be mm; 0: found out from people.</source>
            <translation>캘리브레이션 파일의 길이를 mm로 만들기 위해 곱하는 값. 0: 사람들로부터 알아냅니다.</translation>
        </message>
        <message>
            <source>Where results are kept, in a folder for each recording; relative to the project folder.</source>
            <translation>결과를 두는 곳. 녹화마다 폴더를 만들며 프로젝트 폴더 기준입니다.</translation>
        </message>
        <message>
            <source>Where the LoD distance is measured from (x, y), mm, world.</source>
            <translation>LoD 거리를 재는 기준점 (x, y), mm, 월드 좌표.</translation>
        </message>
        <message>
            <source>Where the network runs.</source>
            <translation>신경망을 실행할 장치.</translation>
        </message>
        <message>
            <source>Whether a person's bones keep their length in trajectories.</source>
            <translation>궤적에서 사람의 뼈 길이를 일정하게 유지할지 여부.</translation>
        </message>
        <message>
            <source>Whether joints that their motion or the person's bones can't agree with are rejected.</source>
            <translation>움직임이나 뼈 길이와 맞지 않는 관절을 제외할지 여부.</translation>
        </message>
        <message>
            <source>Whether left and right are put back where they are exchanged for a few frames.</source>
            <translation>몇 프레임 동안 뒤바뀐 왼쪽과 오른쪽을 되돌릴지 여부.</translation>
        </message>
        <message>
            <source>Whether the pose net's V2V output is added to its input volume.</source>
            <translation>자세 신경망 V2V의 출력을 입력 볼륨에 더할지 여부.</translation>
        </message>
        <message>
            <source>Whether the root net sees the mid-hip heatmap alone.</source>
            <translation>루트 신경망이 골반 중앙 히트맵만 볼지 여부.</translation>
        </message>
        <message>
            <source>Whether the root net's V2V output is added to its input volume.</source>
            <translation>루트 신경망 V2V의 출력을 입력 볼륨에 더할지 여부.</translation>
        </message>
        <message>
            <source>Whether the up-sampling layers have a bias.</source>
            <translation>업샘플링 층에 편향을 둘지 여부.</translation>
        </message>
        <message>
            <source>Which way is up in the calibration's coordinates (x, y, z); empty: found out from people.</source>
            <translation>캘리브레이션 좌표에서 위쪽 방향 (x, y, z). 비우면 사람들로부터 알아냅니다.</translation>
        </message>
        <message>
            <source>Who is found in fewer frames than this is left out of files.</source>
            <translation>이보다 적은 프레임에서 발견된 사람은 파일에서 뺍니다.</translation>
        </message>
        <message>
            <source>Width of the Gaussian that tells the pose net where its box's middle is, in halves of the box; 0: none.</source>
            <translation>자세 신경망에 상자의 중앙을 알려 주는 가우시안의 폭(상자 절반 단위). 0: 없음.</translation>
        </message>
    </context>
    <context>
        <name>errors</name>
        <message>
            <source> Did you mean {key}?</source>
            <translation> 혹시 {key}인가요?</translation>
        </message>
        <message>
            <source>--height {text}: expected millimetres, from {least} to {most}.</source>
            <translation>--height {text}: {least}에서 {most} 사이의 밀리미터 값이어야 합니다.</translation>
        </message>
        <message>
            <source>--mark {entry}: expected CAMERA=FRAME, the frame as a number from 0 on; the cameras are {known}.</source>
            <translation>--mark {entry}: 카메라=프레임 꼴이어야 하고 프레임은 0부터 세는 번호입니다. 카메라: {known}.</translation>
        </message>
        <message>
            <source>--mark {entry}: one camera's frame says nothing of the others. Mark the same clap or flash in two cameras at least (of {known}), as in --mark left=31 right=38.</source>
            <translation>--mark {entry}: 카메라 한 대의 프레임으로는 다른 카메라에 대해 알 수 없습니다. 같은 박수나 번쩍임을 적어도 카메라 두 대({known} 중)에서 표시하세요. 예: --mark left=31 right=38</translation>
        </message>
        <message>
            <source>--mark {entry}: the recording's last frame is {last}.</source>
            <translation>--mark {entry}: 이 녹화의 마지막 프레임은 {last}입니다.</translation>
        </message>
        <message>
            <source>--mark {entry}: there is no camera {camera}; there are {known}.</source>
            <translation>--mark {entry}: {camera} 카메라가 없습니다. 있는 카메라: {known}.</translation>
        </message>
        <message>
            <source>--marker {text}: expected millimetres, more than 0 and less than --square ({square}).</source>
            <translation>--marker {text}: 0보다 크고 --square({square})보다 작은 밀리미터 값이어야 합니다.</translation>
        </message>
        <message>
            <source>--out {path}: expected a folder; the new file gets its name from what it is.</source>
            <translation>--out {path}: 폴더를 지정하세요. 새 파일의 이름은 내용에 따라 정해집니다.</translation>
        </message>
        <message>
            <source>--set: unknown key {key}.</source>
            <translation>--set: 알 수 없는 키 {key}.</translation>
        </message>
        <message>
            <source>--set: {key} lacks its value; write {key}=VALUE.</source>
            <translation>--set: {key}에 값이 없습니다. {key}=값 꼴로 쓰세요.</translation>
        </message>
        <message>
            <source>--set: {key}: {reason}.</source>
            <translation>--set: {key}: {reason}.</translation>
        </message>
        <message>
            <source>--square {text}: expected millimetres, from {least} to {most}.</source>
            <translation>--square {text}: {least}에서 {most} 사이의 밀리미터 값이어야 합니다.</translation>
        </message>
        <message>
            <source>--squares {columns} {rows}: expected two columns and two rows at least, and {most} squares at most.</source>
            <translation>--squares {columns} {rows}: 가로와 세로가 각각 두 칸 이상이고 모두 {most}칸 이하여야 합니다.</translation>
        </message>
        <message>
            <source>--tape {camera}: expected two different cameras.</source>
            <translation>--tape {camera}: 서로 다른 카메라 두 대여야 합니다.</translation>
        </message>
        <message>
            <source>--tape {camera}: there is no such camera; there are {known}.</source>
            <translation>--tape {camera}: 그런 카메라가 없습니다. 있는 카메라: {known}.</translation>
        </message>
        <message>
            <source>--tape {first} {second} {text}: {text} is no distance. Expected two cameras and millimetres, more than 0 and at most {most}, as in --tape left right 4200.</source>
            <translation>--tape {first} {second} {text}: {text}은(는) 거리가 아닙니다. 카메라 두 대와 0보다 크고 {most} 이하인 밀리미터 값이어야 합니다. 예: --tape left right 4200</translation>
        </message>
        <message>
            <source>All cameras' axes are OpenGL's or Blender's (y up, looking along -z); the file must hold OpenCV's (y down, looking along z).</source>
            <translation>모든 카메라의 축이 OpenGL이나 Blender 방식입니다(y가 위, -z 방향을 봄). 파일에는 OpenCV 방식(y가 아래, z 방향을 봄)이어야 합니다.</translation>
        </message>
        <message>
            <source>All cameras' poses are inverted: the file has camera-to-world where world-to-camera is meant.</source>
            <translation>모든 카메라의 자세가 뒤집혀 있습니다. 월드→카메라여야 할 곳에 카메라→월드가 적혀 있습니다.</translation>
        </message>
        <message>
            <source>All cameras' principal points are far from the pictures' middle; the matrices seem to be transposed.</source>
            <translation>모든 카메라의 주점이 영상 중앙에서 멀리 있습니다. 행렬이 전치된 것 같습니다.</translation>
        </message>
        <message>
            <source>All cameras' rotations are transposed (camera-to-world in place of world-to-camera); transpose them in the file.</source>
            <translation>모든 카메라의 회전이 전치되어 있습니다(월드→카메라 대신 카메라→월드). 파일에서 전치하세요.</translation>
        </message>
        <message>
            <source>All cameras' translations are their places in the world; the file must hold t of x_camera = R x_world + t.</source>
            <translation>모든 카메라의 이동 벡터가 월드에서의 위치입니다. 파일에는 x_camera = R x_world + t의 t가 있어야 합니다.</translation>
        </message>
        <message>
            <source>All this rests on {seconds:.1f} s of people, who were in one place then. Better mend a longer recording.</source>
            <translation>이 모든 것은 사람이 한곳에 있던 {seconds:.1f}초에서 나온 것입니다. 더 긴 녹화를 바로잡는 편이 낫습니다.</translation>
        </message>
        <message>
            <source>Another window or run has this recording open too: frames that both compute are computed twice. Nothing is lost by it.</source>
            <translation>다른 창이나 실행에서도 이 녹화가 열려 있습니다. 양쪽에서 계산하는 프레임은 두 번 계산됩니다. 잃는 것은 없습니다.</translation>
        </message>
        <message>
            <source>Another window or run writes into {folder} at this moment; try again when it is done.</source>
            <translation>지금 다른 창이나 실행이 {folder}에 쓰고 있습니다. 끝난 뒤에 다시 하세요.</translation>
        </message>
        <message>
            <source>Any other folder: videos or folders of images, with a calibration file beside them</source>
            <translation>그 밖의 폴더: 영상 또는 이미지 폴더와 그 옆의 캘리브레이션 파일</translation>
        </message>
        <message>
            <source>As you accepted in the rig check: {sentence}</source>
            <translation>카메라 배치 확인에서 수락한 대로: {sentence}</translation>
        </message>
        <message>
            <source>At times that were not used, people are now {after:.1f} px from where the calibration puts them, before it was {before:.1f} px.</source>
            <translation>맞추는 데 쓰지 않은 시각에 사람들은 캘리브레이션이 가리키는 곳에서 이제 {after:.1f} px 떨어져 있습니다. 전에는 {before:.1f} px였습니다.</translation>
        </message>
        <message>
            <source>At times that were not used, people are {after:.1f} px from where the calibration would put them, now it is {before:.1f} px; but these are so few that it may be chance, so nothing was changed. Mend a longer recording.</source>
            <translation>쓰지 않은 시각에 사람들은 바로잡은 캘리브레이션이 가리키는 곳에서 {after:.1f} px, 지금은 {before:.1f} px 떨어져 있습니다. 그러나 그런 시각이 너무 적어 우연일 수 있으므로 아무것도 바꾸지 않았습니다. 더 긴 녹화를 바로잡으세요.</translation>
        </message>
        <message>
            <source>BACKBONE_MODEL: no normalisation is known for {name}.</source>
            <translation>BACKBONE_MODEL: {name}의 정규화 방법을 알 수 없습니다.</translation>
        </message>
        <message>
            <source>BACKBONE_MODEL: onnx needs a model: name its file in WEIGHTS.BACKBONE.</source>
            <translation>BACKBONE_MODEL: onnx에는 모델이 필요합니다. WEIGHTS.BACKBONE에 파일 이름을 적으세요.</translation>
        </message>
        <message>
            <source>BVH (Blender, Unity, MotionBuilder)</source>
            <translation>BVH(Blender, Unity, MotionBuilder용)</translation>
        </message>
        <message>
            <source>BioCV: a .calib a camera</source>
            <translation>BioCV: 카메라마다 .calib 하나</translation>
        </message>
        <message>
            <source>By the taped distance the tallest person is {metres:.2f} m tall. Measure again from lens to lens between the two cameras that were named.</source>
            <translation>잰 거리대로라면 가장 큰 사람의 키가 {metres:.2f} m입니다. 지정한 두 카메라의 렌즈 사이 거리를 다시 재세요.</translation>
        </message>
        <message>
            <source>By this calibration people are {metres:.2f} m tall: they are children, or a height, a tape or a board that its lengths were taken from was wrong. If they are grown up, take lengths times {factor:.3g}.</source>
            <translation>이 캘리브레이션대로라면 사람들의 키가 {metres:.2f} m입니다. 어린이이거나, 길이의 기준이 된 키, 줄자 또는 캘리브레이션 보드가 잘못되었습니다. 어른이라면 길이에 {factor:.3g}을 곱하세요.</translation>
        </message>
        <message>
            <source>C3D (Visual3D, Mokka, Nexus)</source>
            <translation>C3D(Visual3D, Mokka, Nexus용)</translation>
        </message>
        <message>
            <source>CMU Panoptic JSON, a file per frame</source>
            <translation>CMU Panoptic JSON, 프레임마다 한 파일</translation>
        </message>
        <message>
            <source>CMU Panoptic and mmpose: *.json with a list of cameras</source>
            <translation>CMU Panoptic과 mmpose: 카메라 목록이 있는 *.json</translation>
        </message>
        <message>
            <source>CMU Panoptic: calibration_*.json with hdImgs/ or hdVideos/</source>
            <translation>CMU Panoptic: calibration_*.json과 hdImgs/ 또는 hdVideos/</translation>
        </message>
        <message>
            <source>COCO-style JSON</source>
            <translation>COCO 형식 JSON</translation>
        </message>
        <message>
            <source>CSV, a row per frame (Excel)</source>
            <translation>CSV, 프레임마다 한 줄 (Excel)</translation>
        </message>
        <message>
            <source>CSV, a row per joint (R, pandas)</source>
            <translation>CSV, 관절마다 한 줄 (R, pandas)</translation>
        </message>
        <message>
            <source>CUDA ran out of memory; going on with the CPU.</source>
            <translation>CUDA 메모리가 부족하여 CPU로 계속합니다.</translation>
        </message>
        <message>
            <source>Calibration needs the videos of two cameras at least, each with a name of its own.</source>
            <translation>캘리브레이션에는 이름이 서로 다른 카메라 두 대 이상의 영상이 필요합니다.</translation>
        </message>
        <message>
            <source>Caliscope: camera_array.toml with recordings/NAME/port_0.mp4 or cam_0.mp4 …</source>
            <translation>Caliscope: camera_array.toml과 recordings/이름/port_0.mp4 또는 cam_0.mp4 …</translation>
        </message>
        <message>
            <source>Camera {cameras}: its matrix is for frames {factor:.3g} times smaller or larger than the video's.</source>
            <translation>카메라 {cameras}: 내부 행렬이 영상과 {factor:.3g}배 다른 크기의 프레임용입니다.</translation>
        </message>
        <message>
            <source>Camera {cameras}: its pose is inverted (camera-to-world in place of world-to-camera).</source>
            <translation>카메라 {cameras}: 자세가 뒤집혀 있습니다(월드→카메라 대신 카메라→월드).</translation>
        </message>
        <message>
            <source>Camera {cameras}: its principal point is far from the picture's middle; its matrix seems to be transposed.</source>
            <translation>카메라 {cameras}: 주점이 영상 중앙에서 멀리 있습니다. 행렬이 전치된 것 같습니다.</translation>
        </message>
        <message>
            <source>Camera {cameras}: the picture is mirrored (left and right exchanged).</source>
            <translation>카메라 {cameras}: 영상이 거울처럼 뒤집혀 있습니다(좌우가 바뀜).</translation>
        </message>
        <message>
            <source>Camera {cameras}: the picture is upside down against its calibration. Turn the video by 180°, or calibrate it as it is.</source>
            <translation>카메라 {cameras}: 영상이 캘리브레이션과 반대로 위아래가 뒤집혀 있습니다. 영상을 180° 돌리거나 지금 모습 그대로 캘리브레이션하세요.</translation>
        </message>
        <message>
            <source>Camera {camera} agrees with no other camera: it was moved since it was calibrated, its picture is turned, or its calibration is another's.</source>
            <translation>카메라 {camera}는 다른 어떤 카메라와도 맞지 않습니다. 캘리브레이션 뒤에 움직였거나, 영상이 돌아가 있거나, 다른 카메라의 캘리브레이션입니다.</translation>
        </message>
        <message>
            <source>Camera {camera} is early by about {frames:.0f} frames or more (its frame {own} shows what the others' frame {others} shows): take this, then check again.</source>
            <translation>카메라 {camera}가 약 {frames:.0f}프레임 이상 빠릅니다(그 카메라의 {own}번 프레임이 다른 카메라의 {others}번 프레임과 같은 순간). 이 값을 적용한 뒤 다시 확인하세요.</translation>
        </message>
        <message>
            <source>Camera {camera} is early by {frames:.1f} frames ({milliseconds:.0f} ms): its frame {own} shows what the others' frame {others} shows.</source>
            <translation>카메라 {camera}가 {frames:.1f}프레임({milliseconds:.0f} ms) 빠릅니다. 그 카메라의 {own}번 프레임이 다른 카메라의 {others}번 프레임과 같은 순간입니다.</translation>
        </message>
        <message>
            <source>Camera {camera} is late by about {frames:.0f} frames or more (its frame {own} shows what the others' frame {others} shows): take this, then check again.</source>
            <translation>카메라 {camera}가 약 {frames:.0f}프레임 이상 늦습니다(그 카메라의 {own}번 프레임이 다른 카메라의 {others}번 프레임과 같은 순간). 이 값을 적용한 뒤 다시 확인하세요.</translation>
        </message>
        <message>
            <source>Camera {camera} is late by {frames:.1f} frames ({milliseconds:.0f} ms): its frame {own} shows what the others' frame {others} shows.</source>
            <translation>카메라 {camera}가 {frames:.1f}프레임({milliseconds:.0f} ms) 늦습니다. 그 카메라의 {own}번 프레임이 다른 카메라의 {others}번 프레임과 같은 순간입니다.</translation>
        </message>
        <message>
            <source>Camera {camera} is named twice.</source>
            <translation>카메라 {camera}의 이름이 두 번 나옵니다.</translation>
        </message>
        <message>
            <source>Camera {camera} is under-exposed: nearly all of its picture is black.</source>
            <translation>카메라 {camera}의 화면이 거의 검습니다. 노출이 부족합니다.</translation>
        </message>
        <message>
            <source>Camera {camera} is upside down; its picture is turned for the network.</source>
            <translation>카메라 {camera}가 거꾸로 달려 있어 영상을 돌려서 봅니다.</translation>
        </message>
        <message>
            <source>Camera {camera} lies on its side; its picture is turned for the network.</source>
            <translation>카메라 {camera}가 옆으로 누워 있어 영상을 돌려서 봅니다.</translation>
        </message>
        <message>
            <source>Camera {camera} of {file} has no frames in {path}.</source>
            <translation>{file}의 카메라 {camera}에 해당하는 프레임이 {path}에 없습니다.</translation>
        </message>
        <message>
            <source>Camera {camera} of {file} has no video in {path}; add it, or name the cameras to use in SOURCE.CAMERAS.</source>
            <translation>{file}의 카메라 {camera}의 영상이 {path}에 없습니다. 영상을 추가하거나 쓸 카메라를 SOURCE.CAMERAS에 적으세요.</translation>
        </message>
        <message>
            <source>Camera {camera} shows nobody in the frames looked at, so it could not be checked.</source>
            <translation>살펴본 프레임에서 카메라 {camera}에 아무도 보이지 않아 확인할 수 없었습니다.</translation>
        </message>
        <message>
            <source>Camera {camera} shows one and the same picture in all frames looked at: its video stands still, or nothing moves there.</source>
            <translation>살펴본 모든 프레임에서 카메라 {camera}의 화면이 똑같습니다. 영상이 멈춰 있거나 그곳에 움직이는 것이 없습니다.</translation>
        </message>
        <message>
            <source>Camera {camera} shows too few people in the frames looked at to be checked ({count}).</source>
            <translation>살펴본 프레임에서 카메라 {camera}에 보이는 사람이 너무 적어 확인할 수 없었습니다({count}명).</translation>
        </message>
        <message>
            <source>Camera {camera}: its axes are OpenGL's or Blender's (y up, looking along -z); the file must hold OpenCV's (y down, looking along z).</source>
            <translation>카메라 {camera}: 축이 OpenGL이나 Blender 방식입니다(y가 위, -z 방향을 봄). 파일에는 OpenCV 방식(y가 아래, z 방향을 봄)이어야 합니다.</translation>
        </message>
        <message>
            <source>Camera {camera}: its rotation is transposed (camera-to-world in place of world-to-camera); transpose it in the file.</source>
            <translation>카메라 {camera}: 회전이 전치되어 있습니다(월드→카메라 대신 카메라→월드). 파일에서 전치하세요.</translation>
        </message>
        <message>
            <source>Camera {camera}: its translation is its place in the world; the file must hold t of x_camera = R x_world + t.</source>
            <translation>카메라 {camera}: 이동 벡터가 월드에서의 위치입니다. 파일에는 x_camera = R x_world + t의 t가 있어야 합니다.</translation>
        </message>
        <message>
            <source>Cameras were put in step by {by} (+: late, -: early): {late}.</source>
            <translation>카메라 시각을 맞췄습니다({by}; +: 늦음, -: 빠름): {late}.</translation>
        </message>
        <message>
            <source>Cameras {cameras} are under-exposed: nearly all of their picture is black.</source>
            <translation>카메라 {cameras}의 노출이 부족합니다. 영상이 거의 모두 검습니다.</translation>
        </message>
        <message>
            <source>Cameras {cameras} do not agree with the others on where people are: they were moved since they were calibrated, or their videos or calibrations are others'.</source>
            <translation>카메라 {cameras}는 사람들의 위치에서 다른 카메라와 맞지 않습니다. 캘리브레이션 뒤에 움직였거나 영상이나 캘리브레이션이 다른 카메라의 것입니다.</translation>
        </message>
        <message>
            <source>Cameras {cameras} see people, but no three of them agree on where anybody is. Look at whether they show the same place at the same time, whether each video is called after its camera, and whether the calibration is this recording's.</source>
            <translation>카메라 {cameras}에 사람이 보이지만 어느 세 대도 사람의 위치에서 맞지 않습니다. 같은 곳을 같은 때에 찍었는지, 영상마다 제 카메라의 이름이 붙어 있는지, 이 녹화의 캘리브레이션인지 살펴보세요.</translation>
        </message>
        <message>
            <source>Cameras {camera} of {file} have no video in {path}; add them, or name the cameras to use in SOURCE.CAMERAS.</source>
            <translation>{file}의 카메라 {camera}의 영상이 {path}에 없습니다. 영상을 추가하거나 쓸 카메라를 SOURCE.CAMERAS에 적으세요.</translation>
        </message>
        <message>
            <source>Cameras {first} and {second} are exchanged.</source>
            <translation>카메라 {first}과(와) {second}을(를) 서로 바꿉니다.</translation>
        </message>
        <message>
            <source>Cameras {first} and {second} both see people, but nobody together: they look at different places, or are exchanged, moved, mirrored or out of step. Two cameras can't tell which.</source>
            <translation>카메라 {first}와 {second}는 각각 사람을 보지만 함께 보는 사람이 없습니다. 서로 다른 곳을 보거나, 바뀌었거나, 움직였거나, 뒤집혔거나, 시간이 어긋났습니다. 두 대로는 가릴 수 없습니다.</translation>
        </message>
        <message>
            <source>Cameras {first} and {second} have one and the same pose in the calibration: one of them was written twice.</source>
            <translation>카메라 {first}와 {second}의 자세가 캘리브레이션 파일에서 똑같습니다. 하나가 두 번 적혔습니다.</translation>
        </message>
        <message>
            <source>Campus and Shelf as VoxelPose has them: *.json, a table of cameras with fx, R, T</source>
            <translation>VoxelPose 형식의 Campus와 Shelf: fx, R, T가 있는 카메라 표 *.json</translation>
        </message>
        <message>
            <source>Can't find the home folder in {path}; give the full path.</source>
            <translation>{path}에서 홈 폴더를 찾을 수 없습니다. 전체 경로를 지정하세요.</translation>
        </message>
        <message>
            <source>Can't make the folder {folder}: {reason}.</source>
            <translation>{folder} 폴더를 만들 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't make {file}: {reason}. Name another folder for results (TAKE.FOLDER in the settings).</source>
            <translation>{file}을(를) 만들 수 없습니다: {reason}. 결과를 둘 다른 폴더를 정하세요(설정의 TAKE.FOLDER).</translation>
        </message>
        <message>
            <source>Can't read the ONNX model {file}: {reason}</source>
            <translation>ONNX 모델 {file}을(를) 읽을 수 없습니다: {reason}</translation>
        </message>
        <message>
            <source>Can't read the configuration {file}: {reason}.</source>
            <translation>설정 파일 {file}을(를) 읽을 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't read the folder {path}: {reason}.</source>
            <translation>{path} 폴더를 읽을 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't read the sound of {file}: {reason}.</source>
            <translation>{file}의 소리를 읽을 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't read {file}: {reason}.</source>
            <translation>{file} 파일을 읽을 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't remove {file}: {reason}.</source>
            <translation>{file} 파일을 지울 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't rename {part} to {file}: {reason}.</source>
            <translation>{part} 파일의 이름을 {file}(으)로 바꿀 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't use the take {file}: {reason}.</source>
            <translation>테이크 {file} 파일을 사용할 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't write the configuration {file}: {reason}. Check that the file and its folder may be written.</source>
            <translation>설정 파일 {file}에 쓸 수 없습니다: {reason}. 파일과 폴더의 쓰기 권한을 확인하세요.</translation>
        </message>
        <message>
            <source>Can't write {file}: the disk is full.</source>
            <translation>{file} 파일에 쓸 수 없습니다: 디스크가 가득 찼습니다.</translation>
        </message>
        <message>
            <source>Can't write {file}: {reason}.</source>
            <translation>{file} 파일에 쓸 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>Can't write {file}: {reason}. Check the folder and the free space.</source>
            <translation>{file} 파일에 쓸 수 없습니다: {reason}. 폴더와 남은 공간을 확인하세요.</translation>
        </message>
        <message>
            <source>Cancelled: no files were written. What was computed is kept.</source>
            <translation>취소했습니다. 파일을 쓰지 않았으며 계산한 결과는 남아 있습니다.</translation>
        </message>
        <message>
            <source>Choose the videos first.</source>
            <translation>먼저 영상을 고르세요.</translation>
        </message>
        <message>
            <source>Each video is the next camera's: {cameras}.</source>
            <translation>각 영상은 다음 카메라의 것입니다: {cameras}.</translation>
        </message>
        <message>
            <source>EasyMocap and OpenCV: intri.yml with extri.yml</source>
            <translation>EasyMocap과 OpenCV: intri.yml과 extri.yml</translation>
        </message>
        <message>
            <source>FILTER.ANKLE_RANGE_MM: the first number must be the smaller one</source>
            <translation>FILTER.ANKLE_RANGE_MM: 첫 번째 값이 더 작아야 합니다</translation>
        </message>
        <message>
            <source>FOCUS: a .pkl a camera with rvec, tvec</source>
            <translation>FOCUS: 카메라마다 rvec, tvec가 있는 .pkl 하나</translation>
        </message>
        <message>
            <source>FOCUS: hdVideos/hd_00_01.mp4 … with calibration/camera1.pkl …</source>
            <translation>FOCUS: hdVideos/hd_00_01.mp4 … 와 calibration/camera1.pkl …</translation>
        </message>
        <message>
            <source>Files with pictures can't be written without the recording.</source>
            <translation>녹화가 없으면 그림이 있는 파일을 쓸 수 없습니다.</translation>
        </message>
        <message>
            <source>Frame 0 is the images with number {number}.</source>
            <translation>0번 프레임은 번호가 {number}인 이미지입니다.</translation>
        </message>
        <message>
            <source>FreeMoCap: synchronized_videos/ with *_camera_calibration.toml</source>
            <translation>FreeMoCap: synchronized_videos/와 *_camera_calibration.toml</translation>
        </message>
        <message>
            <source>From frame {frame} on this would change nothing of who {numbers} is.</source>
            <translation>{frame} 프레임부터는 {numbers}이(가) 누구인지 바뀌는 것이 없습니다.</translation>
        </message>
        <message>
            <source>Hardly anybody is found by three cameras together. If {cameras} see the same place, look at whether each video is called after its camera and whether the calibration is this recording's.</source>
            <translation>세 대의 카메라에 함께 보이는 사람이 거의 없습니다. {cameras}가 같은 곳을 찍었다면 영상마다 제 카메라의 이름이 붙어 있는지, 이 녹화의 캘리브레이션인지 살펴보세요.</translation>
        </message>
        <message>
            <source>How the cameras stand to one another can't be told from the people in this recording: too few of them are seen by two cameras at once. Film one or more people who walk through the whole room for half a minute, seen from head to foot.</source>
            <translation>이 녹화의 사람들로는 카메라들이 서로 어떻게 놓였는지 알 수 없습니다. 두 카메라에 동시에 보이는 사람이 너무 적습니다. 한 명 이상이 머리부터 발끝까지 보이도록 방 전체를 30초 동안 걷는 모습을 찍으세요.</translation>
        </message>
        <message>
            <source>K has skew {skew:.4g}, which this camera model does not know</source>
            <translation>K에 기울기(skew) {skew:.4g}이(가) 있으나 이 카메라 모델에서 지원하지 않습니다</translation>
        </message>
        <message>
            <source>Left out: {formats} (needs rerun-sdk: pip install -r requirements-rerun.txt).</source>
            <translation>제외됨: {formats}(rerun-sdk 필요: pip install -r requirements-rerun.txt).</translation>
        </message>
        <message>
            <source>Lengths are right to {percent:.0f} %, by {told}.</source>
            <translation>길이는 {percent:.0f} % 안에서 맞습니다(근거: {told}).</translation>
        </message>
        <message>
            <source>Lengths are right to {percent:.0f} %; with a person's height they are to 4 %.</source>
            <translation>길이는 {percent:.0f} % 안에서 맞습니다. 사람의 키를 알면 4 % 안에서 맞습니다.</translation>
        </message>
        <message>
            <source>MATLAB, as DANNCE has it: a .mat a camera with K, RDistort, TDistort, r, t</source>
            <translation>DANNCE 형식의 MATLAB: 카메라마다 K, RDistort, TDistort, r, t가 있는 .mat 하나</translation>
        </message>
        <message>
            <source>NETWORK.HEATMAP_SIZE: must be a quarter of NETWORK.IMAGE_SIZE</source>
            <translation>NETWORK.HEATMAP_SIZE: NETWORK.IMAGE_SIZE의 4분의 1이어야 합니다</translation>
        </message>
        <message>
            <source>NETWORK.IMAGE_SIZE: width and height must be multiples of 32</source>
            <translation>NETWORK.IMAGE_SIZE: 너비와 높이는 32의 배수여야 합니다</translation>
        </message>
        <message>
            <source>NETWORK.IMAGE_SIZE: {count} pixels at most</source>
            <translation>NETWORK.IMAGE_SIZE: 최대 {count}픽셀</translation>
        </message>
        <message>
            <source>No CUDA device was found; choose the device cpu or auto.</source>
            <translation>CUDA 장치를 찾을 수 없습니다. 장치를 cpu 또는 auto로 선택하세요.</translation>
        </message>
        <message>
            <source>No camera sees anybody in the frames looked at, so the rig could not be checked.</source>
            <translation>살펴본 프레임에서 어느 카메라도 사람을 보지 못해 배치를 확인할 수 없었습니다.</translation>
        </message>
        <message>
            <source>No file to compare with was named.</source>
            <translation>비교할 파일이 지정되지 않았습니다.</translation>
        </message>
        <message>
            <source>No recording is named: choose one, or set SOURCE.PATH in the configuration.</source>
            <translation>녹화가 지정되지 않았습니다. 녹화를 선택하거나 설정에서 SOURCE.PATH를 지정하세요.</translation>
        </message>
        <message>
            <source>No two cameras of this recording heard the same sound. Put them in step by how people move, or mark a clap by hand.</source>
            <translation>이 녹화에는 같은 소리를 들은 카메라가 없습니다. 사람의 움직임으로 맞추거나 손뼉 치는 순간을 직접 표시하세요.</translation>
        </message>
        <message>
            <source>No two cameras see the board at the same time. Show it where neighbours see it together; if the cameras are out of step, put them in step first.</source>
            <translation>두 카메라에 동시에 보이는 캘리브레이션 보드가 없습니다. 이웃한 카메라가 함께 보는 곳에서 보여 주세요. 카메라의 시각이 어긋나 있으면 먼저 맞추세요.</translation>
        </message>
        <message>
            <source>No video in {path} fits camera {camera} of {file}, and {names} fits no camera: give a camera and its video one name, or name the cameras to use in SOURCE.CAMERAS.</source>
            <translation>{file}의 카메라 {camera}에 맞는 영상이 {path}에 없고, {names}은(는) 어느 카메라에도 맞지 않습니다. 카메라와 그 영상의 이름을 같게 하거나 쓸 카메라를 SOURCE.CAMERAS에 적으세요.</translation>
        </message>
        <message>
            <source>Nobody could be followed in the pictures of {cameras}. Turn every camera to where people walk, with light on them. Film one or more people who walk through the whole room for half a minute, seen from head to foot.</source>
            <translation>{cameras}의 화면에서는 따라갈 수 있는 사람이 없습니다. 모든 카메라를 사람이 걷는 쪽으로 돌리고 사람을 밝게 비추세요. 한 명 이상이 머리부터 발끝까지 보이도록 방 전체를 30초 동안 걷는 모습을 찍으세요.</translation>
        </message>
        <message>
            <source>Nobody is in {folder}.</source>
            <translation>{folder}에 사람이 없습니다.</translation>
        </message>
        <message>
            <source>Nobody moves clearly enough in two cameras' views to put them in step. Choose a recording in which someone walks or waves, use the sound, or mark a clap by hand.</source>
            <translation>두 카메라의 시각을 맞출 만큼 뚜렷하게 움직이는 사람이 없습니다. 누군가 걷거나 손을 흔드는 녹화를 고르거나, 소리를 쓰거나, 손뼉 치는 순간을 직접 표시하세요.</translation>
        </message>
        <message>
            <source>Nobody's feet are seen, so the floor is not known; people are looked for at the height they are.</source>
            <translation>발이 보이는 사람이 없어 바닥을 알 수 없습니다. 사람들이 있는 높이에서 사람을 찾습니다.</translation>
        </message>
        <message>
            <source>Nobody's limbs are seen, so the unit could not be checked.</source>
            <translation>팔다리가 보이는 사람이 없어 단위를 확인할 수 없었습니다.</translation>
        </message>
        <message>
            <source>ONNX.JOINTS: there is no joint set or file {name}. Known sets: {known}.</source>
            <translation>ONNX.JOINTS: {name}이라는 관절 묶음이나 파일이 없습니다. 있는 묶음: {known}.</translation>
        </message>
        <message>
            <source>One person was followed; {share:.0f} % of what was seen fits.</source>
            <translation>한 사람을 따라갔으며, 본 것의 {share:.0f} %가 들어맞습니다.</translation>
        </message>
        <message>
            <source>Only {cameras} are used.</source>
            <translation>{cameras}만 사용합니다.</translation>
        </message>
        <message>
            <source>Only {share:.0f} % of what the cameras saw of people fits. Film fewer people, in light clothes before a dark wall or the other way round, with all cameras started before they come in.</source>
            <translation>카메라가 본 사람의 {share:.0f} %만 서로 맞습니다. 더 적은 사람을, 어두운 벽 앞에서는 밝은 옷으로(또는 반대로), 들어오기 전에 모든 카메라를 켜고 찍으세요.</translation>
        </message>
        <message>
            <source>Open a recording first.</source>
            <translation>먼저 녹화를 여세요.</translation>
        </message>
        <message>
            <source>OpenCap: Videos/Cam0/InputMedia/TRIAL/ with a .pickle in each camera's folder</source>
            <translation>OpenCap: Videos/Cam0/InputMedia/시행/ 과 카메라 폴더마다 .pickle 하나</translation>
        </message>
        <message>
            <source>OpenCap: a .pickle a camera with intrinsicMat</source>
            <translation>OpenCap: 카메라마다 intrinsicMat이 있는 .pickle 하나</translation>
        </message>
        <message>
            <source>OpenVINO can't be used here: {reason}</source>
            <translation>여기서는 OpenVINO를 사용할 수 없습니다: {reason}</translation>
        </message>
        <message>
            <source>OpenVINO can't compile the network: {reason}</source>
            <translation>OpenVINO가 신경망을 컴파일하지 못했습니다: {reason}</translation>
        </message>
        <message>
            <source>OpenVINO runs on the CPU here; choose the device cpu, or the engine torch.</source>
            <translation>여기서 OpenVINO는 CPU에서 실행됩니다. 장치를 cpu로, 또는 엔진을 torch로 선택하세요.</translation>
        </message>
        <message>
            <source>PICT_STRUCT.CUBE_SIZE and MULTI_PERSON.INITIAL_CUBE_SIZE: must be multiples of 4</source>
            <translation>PICT_STRUCT.CUBE_SIZE와 MULTI_PERSON.INITIAL_CUBE_SIZE: 4의 배수여야 합니다</translation>
        </message>
        <message>
            <source>PICT_STRUCT.CUBE_SIZE and MULTI_PERSON.INITIAL_CUBE_SIZE: {count} voxels at most</source>
            <translation>PICT_STRUCT.CUBE_SIZE와 MULTI_PERSON.INITIAL_CUBE_SIZE: 최대 {count}복셀</translation>
        </message>
        <message>
            <source>Parquet (pandas, Arrow)</source>
            <translation>Parquet(pandas, Arrow용)</translation>
        </message>
        <message>
            <source>People are seen by two cameras at once for {seconds:.1f} s only: how the cameras stand can't be told from less than {least:.0f} s. Film one or more people who walk through the whole room for half a minute, seen from head to foot.</source>
            <translation>두 카메라에 동시에 사람이 보이는 시간이 {seconds:.1f}초뿐입니다. {least:.0f}초보다 짧으면 카메라들이 어떻게 놓였는지 알 수 없습니다. 한 명 이상이 머리부터 발끝까지 보이도록 방 전체를 30초 동안 걷는 모습을 찍으세요.</translation>
        </message>
        <message>
            <source>People are seen in {count} views, but never together, so the rig could not be checked.</source>
            <translation>{count}개 시점에서 사람이 보이지만 함께 보이지는 않아 배치를 확인할 수 없었습니다.</translation>
        </message>
        <message>
            <source>People hardly left one place or one line, so angles may be wrong by degrees. Film someone who walks a figure of eight through the whole room.</source>
            <translation>사람들이 한 곳이나 한 줄을 거의 벗어나지 않아 각도가 몇 도씩 틀릴 수 있습니다. 누군가 방 전체를 8자를 그리며 걷는 모습을 찍으세요.</translation>
        </message>
        <message>
            <source>People's bones are less steady with it ({after:.1f} % instead of {before:.1f} %): it fits this walk, not the room. Better not use it; mend a recording in which people walk through the whole room for half a minute.</source>
            <translation>이것을 쓰면 사람의 뼈 길이가 더 흔들립니다({before:.1f} %에서 {after:.1f} %로). 이번 걸음에만 맞고 공간 전체에는 맞지 않습니다. 쓰지 않는 편이 낫습니다. 사람이 30초 동안 방 전체를 걷는 녹화를 바로잡으세요.</translation>
        </message>
        <message>
            <source>People's fronts and backs contradict each other. Film someone nearer to the cameras, seen from head to foot.</source>
            <translation>사람의 앞과 뒤가 서로 맞지 않습니다. 카메라에 더 가까이, 머리부터 발끝까지 보이게 찍으세요.</translation>
        </message>
        <message>
            <source>Pictures are turned clockwise: {cameras}.</source>
            <translation>영상을 시계 방향으로 돌립니다: {cameras}.</translation>
        </message>
        <message>
            <source>Pose2Sim, Caliscope, FreeMoCap, aniposelib: *.toml</source>
            <translation>Pose2Sim, Caliscope, FreeMoCap, aniposelib의 *.toml</translation>
        </message>
        <message>
            <source>Pose2Sim: videos/ with calibration/, in one folder or in the session above its trials</source>
            <translation>Pose2Sim: videos/와 calibration/. 같은 폴더에 있거나 calibration/이 상위 세션 폴더에 있음</translation>
        </message>
        <message>
            <source>Put in step (frames; +: late, -: early): {cameras}.</source>
            <translation>시각을 맞췄습니다(프레임, +: 늦음, -: 빠름): {cameras}.</translation>
        </message>
        <message>
            <source>Qualisys: *.qca.txt (XML); cameras for markers alone are passed over</source>
            <translation>Qualisys: *.qca.txt(XML). 마커 전용 카메라는 건너뜁니다</translation>
        </message>
        <message>
            <source>R is not a rotation (R·Rᵀ differs from the identity by {error:.3g})</source>
            <translation>R이 회전 행렬이 아닙니다(R·Rᵀ와 단위 행렬의 차이 {error:.3g})</translation>
        </message>
        <message>
            <source>REFINE.ROUNDS and REFINE.ROUNDS_ALONE: one of them must be more than 0</source>
            <translation>REFINE.ROUNDS와 REFINE.ROUNDS_ALONE: 하나는 0보다 커야 합니다</translation>
        </message>
        <message>
            <source>RIG.EXCHANGED: must be the names of two cameras or more, each once, or empty; '|' between two circles</source>
            <translation>RIG.EXCHANGED: 서로 다른 두 대 이상의 카메라 이름이거나 비어 있어야 합니다. 고리 사이에는 '|'</translation>
        </message>
        <message>
            <source>RIG.FLOOR_MM: must be one number, or empty</source>
            <translation>RIG.FLOOR_MM: 숫자 하나이거나 비어 있어야 합니다</translation>
        </message>
        <message>
            <source>RIG.UP: must be three numbers, not all 0, or empty</source>
            <translation>RIG.UP: 모두 0은 아닌 숫자 셋이거나 비어 있어야 합니다</translation>
        </message>
        <message>
            <source>RIG: there is no camera {name}; the recording has {names}.</source>
            <translation>RIG: {name}이라는 카메라가 없습니다. 이 녹화에는 {names}가 있습니다.</translation>
        </message>
        <message>
            <source>Rerun (needs rerun-sdk)</source>
            <translation>Rerun (rerun-sdk 필요)</translation>
        </message>
        <message>
            <source>Rerun's files need rerun-sdk, which is not installed: .venv/bin/pip install -r requirements-rerun.txt</source>
            <translation>Rerun 파일에는 rerun-sdk가 필요하지만 설치되어 있지 않습니다: .venv/bin/pip install -r requirements-rerun.txt</translation>
        </message>
        <message>
            <source>SOURCE.CLOCK names {camera}; the cameras are {known}.</source>
            <translation>SOURCE.CLOCK의 {camera}은(는) 없는 카메라입니다. 카메라: {known}.</translation>
        </message>
        <message>
            <source>SOURCE.DELAY_MS needs videos that hold their frames' times; use SOURCE.FRAME_OFFSETS instead.</source>
            <translation>SOURCE.DELAY_MS에는 프레임의 시각이 들어 있는 영상이 필요합니다. 대신 SOURCE.FRAME_OFFSETS를 쓰세요.</translation>
        </message>
        <message>
            <source>SOURCE.QUARTER_TURNS turns the pictures of {cameras} so that people lie in them. Put it right first: {options}.</source>
            <translation>SOURCE.QUARTER_TURNS가 {cameras}의 화면을 돌려 사람이 누워 있습니다. 먼저 바로잡으세요: {options}</translation>
        </message>
        <message>
            <source>Saved {file}.</source>
            <translation>{file}을(를) 저장했습니다.</translation>
        </message>
        <message>
            <source>Saved {frames} frames in {folder}.</source>
            <translation>{frames}프레임을 {folder}에 저장했습니다.</translation>
        </message>
        <message>
            <source>Saved {frames} of {total} frames in {folder}; the others could not be computed, the log says why.</source>
            <translation>{total}프레임 가운데 {frames}프레임을 {folder}에 저장했습니다. 나머지는 계산할 수 없었으며, 로그에 까닭이 있습니다.</translation>
        </message>
        <message>
            <source>So little is seen that cameras may be turned wrongly by {degrees:.0f}° and lengths be off by {percent:.0f} %, or twice that. Film one or more people who walk through the whole room for half a minute, seen from head to foot.</source>
            <translation>보이는 것이 너무 적어 카메라 방향이 {degrees:.0f}°, 길이가 {percent:.0f} %, 또는 그 두 배까지 틀릴 수 있습니다. 한 명 이상이 머리부터 발끝까지 보이도록 방 전체를 30초 동안 걷는 모습을 찍으세요.</translation>
        </message>
        <message>
            <source>Something unexpected went wrong ({kind}: {reason}). The log has the details; the window goes on working.</source>
            <translation>예기치 않은 문제가 발생했습니다({kind}: {reason}). 자세한 내용은 로그에 있으며, 창은 계속 사용할 수 있습니다.</translation>
        </message>
        <message>
            <source>TAKE.FOLDER: is empty; name a folder (the default is {name})</source>
            <translation>TAKE.FOLDER: 비어 있습니다. 폴더를 지정하세요 (기본값 {name})</translation>
        </message>
        <message>
            <source>TAKE.FOLDER: {name} is a number; if a folder is called that, write ./{name}</source>
            <translation>TAKE.FOLDER: {name}은(는) 숫자입니다. 폴더 이름이라면 ./{name}(으)로 적으세요</translation>
        </message>
        <message>
            <source>TRC, metres (OpenSim, Pose2Sim)</source>
            <translation>TRC, 미터 (OpenSim, Pose2Sim)</translation>
        </message>
        <message>
            <source>TRC, millimetres</source>
            <translation>TRC, 밀리미터</translation>
        </message>
        <message>
            <source>The 2D network {name} can't tell people apart, so it can't check a rig.</source>
            <translation>2D 신경망 {name}은(는) 사람을 구별하지 못하므로 카메라 배치를 검사할 수 없습니다.</translation>
        </message>
        <message>
            <source>The ONNX model's outputs {shapes} are not {wanted} with K = {joints}; check ONNX.KIND and ONNX.JOINTS.</source>
            <translation>ONNX 모델의 출력 {shapes}이(가) {wanted} (K = {joints})가 아닙니다. ONNX.KIND와 ONNX.JOINTS를 확인하세요.</translation>
        </message>
        <message>
            <source>The board is {wide:.0f} × {high:.0f} mm and does not fit {paper}; choose smaller squares or larger paper.</source>
            <translation>캘리브레이션 보드가 {wide:.0f} × {high:.0f} mm라서 {paper}에 들어가지 않습니다. 더 작은 칸이나 더 큰 종이를 고르세요.</translation>
        </message>
        <message>
            <source>The calibration is {file}.</source>
            <translation>캘리브레이션은 {file}입니다.</translation>
        </message>
        <message>
            <source>The calibration of {video} is missing: {path} has no camera{number}.pkl.</source>
            <translation>{video}의 캘리브레이션 파일이 없습니다: {path}에 camera{number}.pkl이 없습니다.</translation>
        </message>
        <message>
            <source>The calibration's lengths are in another unit than its format says: times {factor:g}, people are {metres:.2f} m tall.</source>
            <translation>캘리브레이션 파일의 길이 단위가 형식이 말하는 것과 다릅니다. {factor:g}을 곱하면 사람들의 키가 {metres:.2f} m입니다.</translation>
        </message>
        <message>
            <source>The calibration's lengths are in no known unit (a board's squares?): taken times {factor:.4g}, so that people are 1.68 m tall, which may be 6 % off.</source>
            <translation>캘리브레이션 파일의 길이가 알려진 단위가 아닙니다(캘리브레이션 보드의 칸?). 사람들의 키가 1.68 m가 되도록 {factor:.4g}을 곱했으며 6 % 정도 틀릴 수 있습니다.</translation>
        </message>
        <message>
            <source>The calibration's lengths are taken times {factor:g}.</source>
            <translation>캘리브레이션의 길이에 {factor:g}을(를) 곱합니다.</translation>
        </message>
        <message>
            <source>The cameras differ in frames per second ({listed}); they are paired by time.</source>
            <translation>카메라마다 초당 프레임 수가 다릅니다({listed}). 시각으로 맞춥니다.</translation>
        </message>
        <message>
            <source>The cameras differ in frames per second ({listed}); they are shown frame by frame.</source>
            <translation>카메라마다 초당 프레임 수가 다릅니다({listed}). 프레임 순서대로 함께 표시합니다.</translation>
        </message>
        <message>
            <source>The cameras differ in length ({listed} frames); all stop at frame {last}.</source>
            <translation>카메라마다 길이가 다릅니다({listed}프레임). 모두 {last}번 프레임에서 끝납니다.</translation>
        </message>
        <message>
            <source>The cameras don't see enough people together to calibrate by them ({count} sightings by two cameras at once, of {fewest} needed). Film one or more people who walk through the whole room for half a minute.</source>
            <translation>카메라들이 함께 보는 사람이 부족해 사람으로 캘리브레이션할 수 없습니다(두 카메라에 동시에 보인 횟수 {count}, 필요 {fewest}). 한 명 이상이 방 전체를 30초 동안 걷는 모습을 찍으세요.</translation>
        </message>
        <message>
            <source>The cameras run in step, as far as {by} can tell.</source>
            <translation>카메라들의 시각이 맞습니다(확인한 것: {by}).</translation>
        </message>
        <message>
            <source>The clock is {camera}'s.</source>
            <translation>기준 시각은 {camera}입니다.</translation>
        </message>
        <message>
            <source>The configuration names no weights (WEIGHTS.ALL and WEIGHTS.{key} are empty); see the README on checkpoints.</source>
            <translation>설정에 가중치가 지정되지 않았습니다(WEIGHTS.ALL과 WEIGHTS.{key}가 비어 있음). README의 체크포인트 항목을 참고하세요.</translation>
        </message>
        <message>
            <source>The configuration {file} is laid out so that {keys} can't be changed safely; change it in a text editor.</source>
            <translation>설정 파일 {file}의 구조상 {keys}을(를) 안전하게 바꿀 수 없습니다. 텍스트 편집기에서 직접 수정하세요.</translation>
        </message>
        <message>
            <source>The configuration {file} is not valid YAML: {reason}</source>
            <translation>설정 파일 {file}이(가) 올바른 YAML이 아닙니다: {reason}</translation>
        </message>
        <message>
            <source>The configuration {file} must be a table of keys, not a {kind}.</source>
            <translation>설정 파일 {file}은(는) 키의 표여야 하지만 {kind}입니다.</translation>
        </message>
        <message>
            <source>The demo recording {path} is not there yet; fetch it with: python quick_setup.py</source>
            <translation>데모 녹화 {path}이(가) 아직 없습니다. 다음 명령으로 내려받으세요: python quick_setup.py</translation>
        </message>
        <message>
            <source>The file {file} is missing.</source>
            <translation>{file} 파일이 없습니다.</translation>
        </message>
        <message>
            <source>The files of cameras {first} and {second} seem to be exchanged: they agree when swapped.</source>
            <translation>카메라 {first}와 {second}의 파일이 서로 바뀐 것 같습니다. 바꾸면 맞습니다.</translation>
        </message>
        <message>
            <source>The files say {rate:.0f} frames a second. If that is not so, delays, speeds and smoothing are wrong too: write the videos again with the rate at which they were filmed.</source>
            <translation>파일에는 초당 {rate:.0f}프레임으로 적혀 있습니다. 사실과 다르면 지연, 속도, 평활화도 모두 틀립니다. 촬영한 프레임 속도로 영상을 다시 저장하세요.</translation>
        </message>
        <message>
            <source>The floor is taken to be {height:.0f} mm along up.</source>
            <translation>바닥을 위쪽 방향으로 {height:.0f} mm에 둡니다.</translation>
        </message>
        <message>
            <source>The floor is {height:.0f} mm along up from the calibration's origin (people stand {low:.0f} to {high:.0f} mm above it).</source>
            <translation>바닥이 캘리브레이션 원점에서 위쪽으로 {height:.0f} mm에 있습니다(사람들은 그보다 {low:.0f}~{high:.0f} mm 위에 서 있습니다).</translation>
        </message>
        <message>
            <source>The folder {path} holds more than {count} videos.</source>
            <translation>{path} 폴더에 영상이 {count}개보다 많습니다.</translation>
        </message>
        <message>
            <source>The folder {path} holds neither videos nor image folders.</source>
            <translation>{path} 폴더에 영상도 이미지 폴더도 없습니다.</translation>
        </message>
        <message>
            <source>The folder {path} holds no images ({suffixes}).</source>
            <translation>{path} 폴더에 이미지({suffixes})가 없습니다.</translation>
        </message>
        <message>
            <source>The folder {path} holds too many images.</source>
            <translation>{path} 폴더에 이미지가 너무 많습니다.</translation>
        </message>
        <message>
            <source>The folder {path} is empty.</source>
            <translation>{path} 폴더가 비어 있습니다.</translation>
        </message>
        <message>
            <source>The folder {path} is missing.</source>
            <translation>{path} 폴더가 없습니다.</translation>
        </message>
        <message>
            <source>The people can't make this calibration better ({before:.1f} px before, {after:.1f} px after, at times that were not used), so nothing was changed.</source>
            <translation>사람들로는 이 캘리브레이션을 더 낫게 할 수 없어(맞추는 데 쓰지 않은 시각에 전 {before:.1f} px, 뒤 {after:.1f} px) 아무것도 바꾸지 않았습니다.</translation>
        </message>
        <message>
            <source>The picture of {cameras} is mirrored back.</source>
            <translation>{cameras}의 영상을 좌우로 다시 뒤집습니다.</translation>
        </message>
        <message>
            <source>The pose of {cameras} is taken the other way round.</source>
            <translation>{cameras}의 자세를 반대로 읽습니다.</translation>
        </message>
        <message>
            <source>The recording has one camera; two are needed to tell how far away somebody is.</source>
            <translation>이 녹화에는 카메라가 하나입니다. 사람까지의 거리를 알려면 둘이 필요합니다.</translation>
        </message>
        <message>
            <source>The recording lasts {seconds:.2f} s, too short to tell by how people move who is late: that takes {least:g} s, and {good:g} s or more to be sure. Take more of it, use the sound, or mark a clap by hand.</source>
            <translation>녹화가 {seconds:.2f}초로, 사람의 움직임으로 어느 카메라가 늦은지 알기에는 너무 짧습니다. {least:g}초는 있어야 하고, 확실하려면 {good:g}초 이상이 필요합니다. 더 긴 구간을 쓰거나, 소리를 쓰거나, 손뼉 치는 순간을 직접 표시하세요.</translation>
        </message>
        <message>
            <source>The recording {path} is closed.</source>
            <translation>{path} 녹화는 닫혀 있습니다.</translation>
        </message>
        <message>
            <source>The recording {path} is gone.</source>
            <translation>녹화 {path}이(가) 없어졌습니다.</translation>
        </message>
        <message>
            <source>The rig is being checked; what it finds appears here.</source>
            <translation>카메라 배치를 확인하고 있습니다. 결과는 여기에 나타납니다.</translation>
        </message>
        <message>
            <source>The rig was not checked yet.</source>
            <translation>카메라 배치를 아직 확인하지 않았습니다.</translation>
        </message>
        <message>
            <source>The rig was not checked: {reason}</source>
            <translation>카메라 배치를 확인하지 못했습니다: {reason}</translation>
        </message>
        <message>
            <source>The take {file} can't be changed: file or folder is read-only. File → Open shows it; to compute more, name another folder for results (TAKE.FOLDER in the settings).</source>
            <translation>테이크 {file}을(를) 바꿀 수 없습니다. 파일이나 폴더가 읽기 전용입니다. 파일 → 열기로 볼 수 있으며, 더 계산하려면 결과를 둘 다른 폴더를 정하세요(설정의 TAKE.FOLDER).</translation>
        </message>
        <message>
            <source>The take {file} is damaged; move it away and it is computed anew.</source>
            <translation>테이크 {file} 파일이 손상되었습니다. 다른 곳으로 옮기면 다시 계산됩니다.</translation>
        </message>
        <message>
            <source>The take {file} is gone: what is computed can't be kept. Open the recording again to go on.</source>
            <translation>테이크 {file}이(가) 없어졌습니다. 계산한 것을 보관할 수 없습니다. 계속하려면 녹화를 다시 여세요.</translation>
        </message>
        <message>
            <source>The take {file} is in use by another program; close that and try again.</source>
            <translation>테이크 {file} 파일을 다른 프로그램이 사용 중입니다. 그 프로그램을 닫고 다시 시도하세요.</translation>
        </message>
        <message>
            <source>The take {file} is missing.</source>
            <translation>테이크 {file} 파일이 없습니다.</translation>
        </message>
        <message>
            <source>The take {file} was taken away while it was filled.</source>
            <translation>테이크 {file}이(가) 채워지는 동안 사라졌습니다.</translation>
        </message>
        <message>
            <source>The video {file} can't be written whole ({written} of {frames} frames); check the free space.</source>
            <translation>영상 {file}을(를) 끝까지 저장할 수 없습니다({frames}프레임 중 {written}프레임). 남은 공간을 확인하세요.</translation>
        </message>
        <message>
            <source>The videos of cameras {cameras} show the same pictures, which are those of {own}. Put {copies}'s own video there.</source>
            <translation>카메라 {cameras}의 영상이 같은 화면을 보여 주며, {own}의 것입니다. {copies}에는 제 영상을 넣으세요.</translation>
        </message>
        <message>
            <source>The videos of cameras {cameras} show the same pictures: one was copied over the other. Put each camera's own video there.</source>
            <translation>카메라 {cameras}의 영상이 같은 화면을 보여 줍니다. 하나가 다른 것 위에 복사되었습니다. 카메라마다 제 영상을 넣으세요.</translation>
        </message>
        <message>
            <source>The videos of three cameras seem to have each other's names: {first} shows what {second} sees, {second} what {third} sees and {third} what {first} sees.</source>
            <translation>카메라 세 대의 영상이 서로의 이름을 가진 것 같습니다. {first}의 영상은 {second}가 본 것, {second}의 영상은 {third}가 본 것, {third}의 영상은 {first}이 본 것입니다.</translation>
        </message>
        <message>
            <source>The videos of {count} cameras seem to have each other's names; each shows what another one sees: {shown}. Take this, or give each video the name of the camera after the arrow.</source>
            <translation>카메라 {count}대의 영상이 서로의 이름을 가진 것 같습니다. 각 영상은 다른 카메라가 본 것입니다: {shown}. 이것을 적용하거나, 영상마다 화살표 뒤의 카메라 이름을 붙이세요.</translation>
        </message>
        <message>
            <source>The weights file {file} can't be read ({reason}); fetch or copy it again.</source>
            <translation>가중치 파일 {file}을(를) 읽을 수 없습니다({reason}). 다시 내려받거나 복사하세요.</translation>
        </message>
        <message>
            <source>The weights file {file} does not exist; see the README on checkpoints.</source>
            <translation>가중치 파일 {file}이(가) 없습니다. README의 체크포인트 항목을 참고하세요.</translation>
        </message>
        <message>
            <source>The weights file {file} does not hold a network's tensors.</source>
            <translation>가중치 파일 {file}에 신경망의 텐서가 없습니다.</translation>
        </message>
        <message>
            <source>The weights file {file} is for another network ({count} differences: {shown}).</source>
            <translation>가중치 파일 {file}은(는) 다른 신경망용입니다(차이 {count}개: {shown}).</translation>
        </message>
        <message>
            <source>The weights file {file} is spoilt: {key} has numbers that no trained network has; fetch or copy it again.</source>
            <translation>가중치 파일 {file}이(가) 손상되었습니다. {key}에 학습된 신경망에는 없는 수가 있습니다. 다시 내려받거나 복사하세요.</translation>
        </message>
        <message>
            <source>Theia: *.xml or *.txt like Qualisys's, in px and without fov_video</source>
            <translation>Theia: Qualisys와 비슷한 *.xml 또는 *.txt. 단위는 px이고 fov_video가 없음</translation>
        </message>
        <message>
            <source>There are no cameras to check: open a recording.</source>
            <translation>확인할 카메라가 없습니다. 녹화를 여세요.</translation>
        </message>
        <message>
            <source>There are no frames in {start}:{stop}; there are {first} to {last}.</source>
            <translation>{start}:{stop}에는 프레임이 없습니다. 있는 프레임: {first}부터 {last}까지.</translation>
        </message>
        <message>
            <source>There is no frame {frame}; this is the last one, {last}.</source>
            <translation>{frame}번 프레임은 없습니다. 여기가 마지막 프레임 {last}입니다.</translation>
        </message>
        <message>
            <source>There is no person {number} in {file} any more.</source>
            <translation>{file}에 {number}번 사람이 더 이상 없습니다.</translation>
        </message>
        <message>
            <source>There is no person {number}; the recording has {known}.</source>
            <translation>{number}번 사람은 없습니다. 녹화에 있는 번호는 {known}입니다.</translation>
        </message>
        <message>
            <source>There is no sound to compare: {cameras} recorded none. Put the cameras in step by how people move, or mark a clap by hand.</source>
            <translation>비교할 소리가 없습니다({cameras}에 녹음되지 않음). 사람의 움직임으로 카메라를 맞추거나 손뼉 치는 순간을 직접 표시하세요.</translation>
        </message>
        <message>
            <source>There is nobody to export in {recording}.</source>
            <translation>{recording}에는 내보낼 사람이 없습니다.</translation>
        </message>
        <message>
            <source>There is nobody to write into {file}.</source>
            <translation>{file}에 쓸 사람이 없습니다.</translation>
        </message>
        <message>
            <source>There is not enough memory for the network; lower its sizes in the configuration.</source>
            <translation>신경망에 쓸 메모리가 부족합니다. 설정에서 크기를 줄이세요.</translation>
        </message>
        <message>
            <source>There is nothing to keep: the calibration was not changed.</source>
            <translation>저장할 것이 없습니다. 캘리브레이션이 바뀌지 않았습니다.</translation>
        </message>
        <message>
            <source>These files are missing: {files}.</source>
            <translation>다음 파일이 없습니다: {files}.</translation>
        </message>
        <message>
            <source>These videos have a calibration already: {file}. Open their folder to use it, and mend it with Tools → Mend the calibration; move it out of the folder to calibrate them anew.</source>
            <translation>이 영상에는 이미 캘리브레이션이 있습니다: {file}. 그것을 쓰려면 폴더를 열고, 도구 → 캘리브레이션 바로잡기로 바로잡으세요. 새로 캘리브레이션하려면 그 파일을 폴더 밖으로 옮기세요.</translation>
        </message>
        <message>
            <source>These videos have one name, and cameras are called like their videos: {files}. Give each camera's a name of its own.</source>
            <translation>이 영상들은 이름이 같은데, 카메라 이름은 영상 이름에서 옵니다: {files}. 카메라마다 영상 이름을 다르게 하세요.</translation>
        </message>
        <message>
            <source>This display has no OpenGL, which the 3D view needs; the space is shown from above instead. On Debian and Ubuntu this installs it: sudo apt install libgl1 libgl1-mesa-dri libglx-mesa0</source>
            <translation>이 화면에는 3D 보기에 필요한 OpenGL이 없어 공간을 위에서 본 모습으로 표시합니다. Debian과 Ubuntu에서 설치하는 명령: sudo apt install libgl1 libgl1-mesa-dri libglx-mesa0</translation>
        </message>
        <message>
            <source>Too few people are seen to check the rig; everything is used as it is.</source>
            <translation>배치를 확인하기에는 보이는 사람이 너무 적어 모두 있는 그대로 씁니다.</translation>
        </message>
        <message>
            <source>Two cameras have the same name ({names}); give each its own.</source>
            <translation>이름이 같은 카메라가 있습니다({names}). 서로 다른 이름을 지정하세요.</translation>
        </message>
        <message>
            <source>Unknown format {name}; there are {known}.</source>
            <translation>알 수 없는 형식 {name}입니다. 쓸 수 있는 형식은 {known}입니다.</translation>
        </message>
        <message>
            <source>Unknown recording format {format}; known are {known}.</source>
            <translation>알 수 없는 녹화 형식 {format}입니다. 지원 형식: {known}.</translation>
        </message>
        <message>
            <source>Up is ({x:.3f}, {y:.3f}, {z:.3f}) in this calibration, within about {degrees:.0f}°.</source>
            <translation>이 캘리브레이션에서 위쪽은 ({x:.3f}, {y:.3f}, {z:.3f})이며 오차는 약 {degrees:.0f}°입니다.</translation>
        </message>
        <message>
            <source>Up is taken to be {direction}.</source>
            <translation>위쪽을 {direction}(으)로 봅니다.</translation>
        </message>
        <message>
            <source>Up is {axis} in this calibration, not z.</source>
            <translation>이 캘리브레이션에서 위쪽은 z가 아니라 {axis}입니다.</translation>
        </message>
        <message>
            <source>Vicon: *.xcp; cameras for markers alone are passed over</source>
            <translation>Vicon: *.xcp. 마커 전용 카메라는 건너뜁니다</translation>
        </message>
        <message>
            <source>Videos are numbered from {video}, calibrations from {calibration}; paired in order.</source>
            <translation>영상 번호는 {video}부터, 캘리브레이션 파일 번호는 {calibration}부터 시작하므로 순서대로 짝지었습니다.</translation>
        </message>
        <message>
            <source>What fits the others better fits {cameras} worse ({before:.1f} → {after:.1f} px, at times that were not used), so nothing was changed: that camera shows something else. Look at whether it runs in step and whether it was moved.</source>
            <translation>다른 카메라들에 더 잘 맞는 것이 {cameras}에는 더 나쁘게 맞아(맞추는 데 쓰지 않은 시각에 {before:.1f} → {after:.1f} px) 아무것도 바꾸지 않았습니다. 그 카메라는 다른 것을 보여 줍니다. 시각이 맞는지, 옮겨지지 않았는지 살펴보세요.</translation>
        </message>
        <message>
            <source>What {cameras} shows of people doesn't fit the other cameras: its picture may be mirrored, or it moved or ran at another time. Set it right and film again, with all cameras running before people come in.</source>
            <translation>{cameras}에 보이는 사람들이 다른 카메라와 맞지 않습니다. 화면이 좌우로 뒤집혔거나, 카메라가 움직였거나, 다른 시간에 찍혔을 수 있습니다. 바로잡은 뒤 사람이 들어오기 전에 모든 카메라를 켜고 다시 찍으세요.</translation>
        </message>
        <message>
            <source>Where the cameras stand can't be told: as they were found, most people's fronts would be behind them. Film longer, one or more people who walk through the whole room for half a minute, seen from head to foot; if a picture is mirrored, set it right.</source>
            <translation>카메라들이 어디에 있는지 알 수 없습니다. 찾은 대로라면 대부분의 사람의 앞이 뒤에 있게 됩니다. 한 명 이상이 머리부터 발끝까지 보이도록 방 전체를 30초 동안 걷는 모습을 더 길게 찍고, 화면이 좌우로 뒤집혀 있으면 바로잡으세요.</translation>
        </message>
        <message>
            <source>Whether the cameras are in step can be told when they agree on where people are.</source>
            <translation>카메라들이 서로 시간이 맞는지는 사람의 위치가 서로 맞을 때 알 수 있습니다.</translation>
        </message>
        <message>
            <source>Whether the cameras are in step could not be told: nobody moves enough.</source>
            <translation>충분히 움직이는 사람이 없어 카메라의 시간이 맞는지 알 수 없었습니다.</translation>
        </message>
        <message>
            <source>Whether the cameras are in step could not be told: there are too few frames.</source>
            <translation>프레임이 너무 적어 카메라의 시간이 맞는지 알 수 없었습니다.</translation>
        </message>
        <message>
            <source>Whether the cameras are in step could not be told: too little of how people move is seen by several cameras.</source>
            <translation>사람의 움직임이 여러 카메라에 함께 보이는 것이 너무 적어 카메라의 시간이 맞는지 알 수 없었습니다.</translation>
        </message>
        <message>
            <source>Which way is up could not be told; z is taken.</source>
            <translation>위쪽을 알아낼 수 없어 z로 합니다.</translation>
        </message>
        <message>
            <source>With these offsets frame 0 is frame {start} of the cameras that have none.</source>
            <translation>이 차이를 반영하면 0번 프레임은 차이가 없는 카메라의 {start}번 프레임입니다.</translation>
        </message>
        <message>
            <source>With these offsets the cameras have {count} frames in common.</source>
            <translation>이 차이를 반영하면 모든 카메라가 함께 가진 프레임은 {count}개입니다.</translation>
        </message>
        <message>
            <source>a fisheye lens</source>
            <translation>어안 렌즈</translation>
        </message>
        <message>
            <source>a fisheye lens has 4 coefficients, not {count}</source>
            <translation>어안 렌즈의 계수는 4개여야 하는데 {count}개입니다</translation>
        </message>
        <message>
            <source>a key has too many parts</source>
            <translation>키의 단계가 너무 많습니다</translation>
        </message>
        <message>
            <source>a lens of Vicon's</source>
            <translation>Vicon 방식의 렌즈</translation>
        </message>
        <message>
            <source>a lens of {count} coefficients</source>
            <translation>계수가 {count}개인 렌즈</translation>
        </message>
        <message>
            <source>a number</source>
            <translation>숫자</translation>
        </message>
        <message>
            <source>a text</source>
            <translation>글자</translation>
        </message>
        <message>
            <source>a whole number</source>
            <translation>정수</translation>
        </message>
        <message>
            <source>an array of type {code!r} is not an array of numbers</source>
            <translation>{code!r} 형식의 배열은 숫자 배열이 아닙니다</translation>
        </message>
        <message>
            <source>an array's content is not bytes</source>
            <translation>배열의 내용이 바이트가 아닙니다</translation>
        </message>
        <message>
            <source>bytes are written as {encoding!r}</source>
            <translation>바이트가 {encoding!r}(으)로 기록되어 있습니다</translation>
        </message>
        <message>
            <source>camera {camera} stands {distance:.0f} mm apart and sees a point up to {apart:.0f} px apart</source>
            <translation>카메라 {camera}의 위치가 {distance:.0f} mm, 같은 점이 보이는 위치가 최대 {apart:.0f} px 다릅니다</translation>
        </message>
        <message>
            <source>distortion has {count} numbers, expected 0, 4, 5, 8, 12 or 14</source>
            <translation>왜곡 계수가 {count}개입니다. 0, 4, 5, 8, 12, 14개여야 합니다</translation>
        </message>
        <message>
            <source>distortion has {count} numbers, expected 4 or 5 (k1, k2, p1, p2[, k3])</source>
            <translation>왜곡 계수가 4개 또는 5개(k1, k2, p1, p2[, k3])여야 하는데 {count}개입니다</translation>
        </message>
        <message>
            <source>expected a list like [a, b], got {value}</source>
            <translation>[a, b] 같은 목록이어야 하는데 {value}입니다</translation>
        </message>
        <message>
            <source>expected a table of names and whole numbers</source>
            <translation>이름과 정수로 된 표여야 합니다</translation>
        </message>
        <message>
            <source>expected a text of at most {count} letters</source>
            <translation>최대 {count}자의 글이어야 합니다</translation>
        </message>
        <message>
            <source>expected at most {count} entries, got {found}</source>
            <translation>항목이 최대 {count}개여야 하는데 {found}개입니다</translation>
        </message>
        <message>
            <source>expected one of {choices}, got {value}</source>
            <translation>{choices} 중 하나여야 하는데 {value}입니다</translation>
        </message>
        <message>
            <source>expected {count} entries, got {found}</source>
            <translation>항목이 {count}개여야 하는데 {found}개입니다</translation>
        </message>
        <message>
            <source>expected {expected}, got {value}</source>
            <translation>{expected}이어야 하는데 {value}입니다</translation>
        </message>
        <message>
            <source>focal lengths must be positive, got fx={fx}, fy={fy}</source>
            <translation>초점 거리는 양수여야 하는데 fx={fx}, fy={fy}입니다</translation>
        </message>
        <message>
            <source>frame size must be positive, got {width}x{height}</source>
            <translation>프레임 크기는 양수여야 하는데 {width}x{height}입니다</translation>
        </message>
        <message>
            <source>glTF, binary (any 3D viewer)</source>
            <translation>glTF, 이진 (모든 3D 뷰어)</translation>
        </message>
        <message>
            <source>how people move</source>
            <translation>사람들의 움직임</translation>
        </message>
        <message>
            <source>how tall people are</source>
            <translation>사람들의 키</translation>
        </message>
        <message>
            <source>it has a document type</source>
            <translation>문서 형식 선언(DOCTYPE)이 있습니다</translation>
        </message>
        <message>
            <source>it has {count} numbers, expected {expected}</source>
            <translation>수가 {count}개입니다. {expected}개여야 합니다</translation>
        </message>
        <message>
            <source>it is cut off</source>
            <translation>중간에 잘렸습니다</translation>
        </message>
        <message>
            <source>it is far too long</source>
            <translation>지나치게 깁니다</translation>
        </message>
        <message>
            <source>it is nested too deeply</source>
            <translation>너무 깊이 중첩되어 있습니다</translation>
        </message>
        <message>
            <source>it is no table</source>
            <translation>표가 아닙니다</translation>
        </message>
        <message>
            <source>it is not a regular file</source>
            <translation>일반 파일이 아닙니다</translation>
        </message>
        <message>
            <source>it is not a regular file, or it has a second name</source>
            <translation>일반 파일이 아니거나 다른 이름이 더 있습니다</translation>
        </message>
        <message>
            <source>it is too large</source>
            <translation>너무 큽니다</translation>
        </message>
        <message>
            <source>it is too short</source>
            <translation>너무 짧습니다</translation>
        </message>
        <message>
            <source>it unfolds to too much</source>
            <translation>압축을 풀면 너무 커집니다</translation>
        </message>
        <message>
            <source>its lens can't be worked out for frames of {width}x{height} px</source>
            <translation>{width}x{height} px 프레임에서는 렌즈를 계산할 수 없습니다</translation>
        </message>
        <message>
            <source>not a value: {reason}</source>
            <translation>값으로 읽을 수 없습니다: {reason}</translation>
        </message>
        <message>
            <source>one has {count} cameras, the other {other}</source>
            <translation>한쪽은 카메라가 {count}대, 다른 쪽은 {other}대입니다</translation>
        </message>
        <message>
            <source>the clap that was marked</source>
            <translation>표시한 박수</translation>
        </message>
        <message>
            <source>the last row of K must be 0 0 1: is the matrix transposed?</source>
            <translation>K의 마지막 행은 0 0 1이어야 합니다. 행렬이 전치된 것은 아닌지 확인하세요</translation>
        </message>
        <message>
            <source>the sound</source>
            <translation>소리</translation>
        </message>
        <message>
            <source>the tallest person's height of {height:.0f} mm</source>
            <translation>가장 큰 사람의 키 {height:.0f} mm</translation>
        </message>
        <message>
            <source>the tape of {distance:.0f} mm between {first} and {second}</source>
            <translation>줄자로 잰 {first}와(과) {second} 사이 {distance:.0f} mm</translation>
        </message>
        <message>
            <source>they have no camera in common</source>
            <translation>공통된 카메라가 없습니다</translation>
        </message>
        <message>
            <source>true or false</source>
            <translation>true 또는 false</translation>
        </message>
        <message>
            <source>{cameras} never see the board at the same time as the other cameras do. Show it where two neighbours see it together, for every pair of neighbours.</source>
            <translation>{cameras}은(는) 다른 카메라와 동시에 캘리브레이션 보드를 보지 못합니다. 이웃한 두 카메라가 함께 보는 곳에서, 이웃한 모든 쌍마다 보여 주세요.</translation>
        </message>
        <message>
            <source>{cameras}: hardly anybody is seen there while another camera sees someone too. Start all cameras before people come in. Film one or more people who walk through the whole room for half a minute, seen from head to foot.</source>
            <translation>{cameras}: 다른 카메라에 사람이 보이는 동안 여기에는 거의 아무도 보이지 않습니다. 사람이 들어오기 전에 모든 카메라를 켜세요. 한 명 이상이 머리부터 발끝까지 보이도록 방 전체를 30초 동안 걷는 모습을 찍으세요.</translation>
        </message>
        <message>
            <source>{cameras}: such a lens (fisheye, or a model that is only approached) can't be calibrated by people: its frames are drawn as a simpler lens would see them, and a file that fits those doesn't fit the videos. Take the lens's distortion out of the videos first.</source>
            <translation>{cameras}: 이런 렌즈(어안, 또는 근사만 되는 모델)는 사람으로 캘리브레이션할 수 없습니다. 프레임을 더 단순한 렌즈가 보는 것처럼 다시 그리므로, 그 프레임에 맞는 파일은 영상에 맞지 않습니다. 먼저 영상에서 렌즈 왜곡을 제거하세요.</translation>
        </message>
        <message>
            <source>{camera} has no frame for {count} instants; it is left out there.</source>
            <translation>{camera}에는 {count}개 시점의 프레임이 없어 그 시점에서 제외합니다.</translation>
        </message>
        <message>
            <source>{camera} has no frame {frame}.</source>
            <translation>{camera}에는 {frame}번 프레임이 없습니다.</translation>
        </message>
        <message>
            <source>{camera} has {lens}: its frames are shown as a simpler lens would see them.</source>
            <translation>{camera}은(는) {lens}입니다. 더 단순한 렌즈로 본 모습으로 바꾸어 표시합니다.</translation>
        </message>
        <message>
            <source>{camera} is none of the cameras {known}.</source>
            <translation>{camera}은(는) 카메라 {known}에 없습니다.</translation>
        </message>
        <message>
            <source>{camera} is put in step by {frames} frames and by {milliseconds:.0f} ms, which add up.</source>
            <translation>{camera}은(는) {frames}프레임과 {milliseconds:.0f} ms를 더한 만큼 맞춰집니다.</translation>
        </message>
        <message>
            <source>{camera} is turned by {angle}° clockwise to stand upright.</source>
            <translation>{camera} 화면을 바로 서도록 시계 방향으로 {angle}° 돌립니다.</translation>
        </message>
        <message>
            <source>{camera} lacks {count} frames, or its rate varies; it is paired by time.</source>
            <translation>{camera}에 프레임 {count}개가 없거나 속도가 일정하지 않아 시각으로 맞춥니다.</translation>
        </message>
        <message>
            <source>{camera} shows the board in {count} images, {fewest} at least are needed. Hold it still, near and far, at all edges of the picture and turned by 30 to 45 degrees.</source>
            <translation>{camera}에서 캘리브레이션 보드가 보이는 이미지가 {count}장인데, 적어도 {fewest}장이 필요합니다. 가까이와 멀리, 화면의 모든 가장자리에서, 30~45도 기울여 가만히 들고 계세요.</translation>
        </message>
        <message>
            <source>{camera}'s file begins {seconds:.3g} s after the others by its own clock.</source>
            <translation>파일 자체의 시각에 따르면 {camera}의 파일은 다른 파일보다 {seconds:.3g}초 뒤에 시작합니다.</translation>
        </message>
        <message>
            <source>{camera}: frames are {width}x{height} px, calibrated for {cal_width}x{cal_height} px; the calibration is scaled.</source>
            <translation>{camera}: 프레임은 {width}x{height} px, 캘리브레이션은 {cal_width}x{cal_height} px입니다. 캘리브레이션을 크기에 맞춥니다.</translation>
        </message>
        <message>
            <source>{camera}: frames are {width}x{height} px, calibrated for {cal_width}x{cal_height} px; used as they are.</source>
            <translation>{camera}: 프레임은 {width}x{height} px이고 {cal_width}x{cal_height} px로 캘리브레이션되었습니다. 차이가 작아 그대로 사용합니다.</translation>
        </message>
        <message>
            <source>{camera}: its frame rate varies; it is paired by time.</source>
            <translation>{camera}: 프레임 속도가 일정하지 않아 시간으로 짝을 맞춥니다.</translation>
        </message>
        <message>
            <source>{camera}: people say too little of it; {before:.1f} → {after:.1f} px</source>
            <translation>{camera}: 사람들로 알 수 있는 것이 너무 적습니다. {before:.1f} → {after:.1f} px</translation>
        </message>
        <message>
            <source>{camera}: turned {turned:.2f}° ± {turned_sd:.2f}°, moved {moved:.0f} ± {moved_sd:.0f} mm, zoomed {zoomed:+.1f} %; {before:.1f} → {after:.1f} px</source>
            <translation>{camera}: 회전 {turned:.2f}° ± {turned_sd:.2f}°, 이동 {moved:.0f} ± {moved_sd:.0f} mm, 확대 {zoomed:+.1f} %. {before:.1f} → {after:.1f} px</translation>
        </message>
        <message>
            <source>{count} files are in {folder}.</source>
            <translation>파일 {count}개가 {folder}에 있습니다.</translation>
        </message>
        <message>
            <source>{count} images are left out: other cameras lack those frames.</source>
            <translation>이미지 {count}장을 제외했습니다. 다른 카메라에 해당 프레임이 없습니다.</translation>
        </message>
        <message>
            <source>{fault} Mending would bend the other cameras to that. Put it right first. (To mend all the same: {unchecked})</source>
            <translation>{fault} 이대로 고치면 다른 카메라들이 거기에 맞춰 틀어집니다. 먼저 바로잡으세요. (그래도 고치려면: {unchecked})</translation>
        </message>
        <message>
            <source>{fault} Mending would bend the other cameras to that. Put it right first: in the window with Tools → Rig check, at the command line with {options}. (To mend all the same: {unchecked})</source>
            <translation>{fault} 이대로 고치면 다른 카메라들이 거기에 맞춰 틀어집니다. 먼저 바로잡으세요. 창에서는 도구 → 카메라 배치 확인, 명령줄에서는 {options}. (그래도 고치려면: {unchecked})</translation>
        </message>
        <message>
            <source>{file} and {other} disagree: {difference}. Leave only the one that belongs to the videos, or name it in SOURCE.CALIBRATION.</source>
            <translation>{file}과(와) {other}이(가) 서로 다릅니다: {difference}. 영상에 맞는 것만 남기거나 SOURCE.CALIBRATION에 지정하세요.</translation>
        </message>
        <message>
            <source>{file} and {other} have the same frame number {number}.</source>
            <translation>{file}과(와) {other}의 프레임 번호가 {number}(으)로 같습니다.</translation>
        </message>
        <message>
            <source>{file} can't be decoded: it is damaged or not a video.</source>
            <translation>{file} 파일을 디코딩할 수 없습니다: 손상되었거나 영상이 아닙니다.</translation>
        </message>
        <message>
            <source>{file} can't be decoded: it is damaged or not an image.</source>
            <translation>{file} 파일을 디코딩할 수 없습니다: 손상되었거나 이미지가 아닙니다.</translation>
        </message>
        <message>
            <source>{file} can't be used: {reason}.</source>
            <translation>{file}을(를) 사용할 수 없습니다: {reason}.</translation>
        </message>
        <message>
            <source>{file} describes camera {camera} more than once.</source>
            <translation>{file} 파일에 카메라 {camera}이(가) 두 번 이상 나옵니다.</translation>
        </message>
        <message>
            <source>{file} describes no camera.</source>
            <translation>{file} 파일에 카메라 정보가 없습니다.</translation>
        </message>
        <message>
            <source>{file} describes {count} cameras; at most {most} can be used.</source>
            <translation>{file}에 카메라가 {count}대 있습니다. 최대 {most}대까지 사용할 수 있습니다.</translation>
        </message>
        <message>
            <source>{file} ends early: frame {frame} of {count} can't be decoded. Copy or record the video again.</source>
            <translation>{file} 파일이 중간에 끝납니다: {count}프레임 중 {frame}번 프레임을 디코딩할 수 없습니다. 영상을 다시 복사하거나 녹화하세요.</translation>
        </message>
        <message>
            <source>{file} ends early: it announces {count} frames and holds {frame}. Copy or record it again.</source>
            <translation>{file}이(가) 일찍 끝납니다. {count}프레임이라고 하지만 {frame}프레임만 있습니다. 다시 복사하거나 녹화하세요.</translation>
        </message>
        <message>
            <source>{file} has no camera for {videos}: give a camera and its video one name, take what is not used away, or name the cameras to use in SOURCE.CAMERAS.</source>
            <translation>{file}에 {videos}에 해당하는 카메라가 없습니다. 카메라와 그 영상의 이름을 같게 하거나, 쓰지 않는 영상을 치우거나, 쓸 카메라를 SOURCE.CAMERAS에 적으세요.</translation>
        </message>
        <message>
            <source>{file} has no camera for {video}.</source>
            <translation>{file} 파일에 {video}에 해당하는 카메라가 없습니다.</translation>
        </message>
        <message>
            <source>{file} has no list of camera names.</source>
            <translation>{file}에 카메라 이름 목록이 없습니다.</translation>
        </message>
        <message>
            <source>{file} has no marker that is called like one of the joints ({markers}).</source>
            <translation>{file}에 관절 이름과 맞는 마커가 없습니다({markers}).</translation>
        </message>
        <message>
            <source>{file} has no markers or no frames.</source>
            <translation>{file}에 마커나 프레임이 없습니다.</translation>
        </message>
        <message>
            <source>{file} has no markers, or a unit that is not known ({unit}).</source>
            <translation>{file}에 마커가 없거나 알 수 없는 단위입니다({unit}).</translation>
        </message>
        <message>
            <source>{file} holds no video.</source>
            <translation>{file}에 영상이 없습니다.</translation>
        </message>
        <message>
            <source>{file} is a folder, not a video.</source>
            <translation>{file}은(는) 영상이 아니라 폴더입니다.</translation>
        </message>
        <message>
            <source>{file} is closed.</source>
            <translation>{file} 파일은 닫혀 있습니다.</translation>
        </message>
        <message>
            <source>{file} is damaged: it should say which recording the results beside it are of.</source>
            <translation>{file}이(가) 손상되었습니다. 옆의 결과가 어느 녹화의 것인지 적혀 있어야 하는 파일입니다.</translation>
        </message>
        <message>
            <source>{file} is damaged: whose results are in that folder can't be told. Delete it if they may be replaced, or choose another folder.</source>
            <translation>{file} 파일이 손상되어 그 폴더의 결과가 어느 영상의 것인지 알 수 없습니다. 덮어써도 되면 이 파일을 지우고, 아니면 다른 폴더를 고르세요.</translation>
        </message>
        <message>
            <source>{file} is larger than {limit:g} MB, too large for what it should be.</source>
            <translation>{file} 파일이 {limit:g} MB보다 커서 알맞지 않습니다.</translation>
        </message>
        <message>
            <source>{file} is no TRC file: its header is not one.</source>
            <translation>{file}은(는) TRC 파일이 아닙니다: 머리글이 다릅니다.</translation>
        </message>
        <message>
            <source>{file} is no TRC, C3D or Panoptic JSON.</source>
            <translation>{file}은(는) TRC, C3D, Panoptic JSON이 아닙니다.</translation>
        </message>
        <message>
            <source>{file} is no calibration that is known.</source>
            <translation>{file}은(는) 알려진 캘리브레이션 형식이 아닙니다.</translation>
        </message>
        <message>
            <source>{file} is no take of this program.</source>
            <translation>{file} 파일은 이 프로그램의 테이크가 아닙니다.</translation>
        </message>
        <message>
            <source>{file} is not a BioCV camera: it has {count} numbers.</source>
            <translation>{file}은(는) BioCV 카메라가 아닙니다. 수가 {count}개입니다.</translation>
        </message>
        <message>
            <source>{file} is not a BioCV camera: it holds more than numbers.</source>
            <translation>{file}은(는) BioCV 카메라가 아닙니다. 수가 아닌 것이 있습니다.</translation>
        </message>
        <message>
            <source>{file} is not a MATLAB camera that can be read; save it in MATLAB with save(…, '-v7').</source>
            <translation>{file}은(는) 읽을 수 있는 MATLAB 카메라가 아닙니다. MATLAB에서 save(…, '-v7')로 저장하세요.</translation>
        </message>
        <message>
            <source>{file} is not a Panoptic calibration: a camera is not a table.</source>
            <translation>{file} 파일은 Panoptic 캘리브레이션 파일이 아닙니다: 카메라 항목이 표가 아닙니다.</translation>
        </message>
        <message>
            <source>{file} is not a Panoptic calibration: it has no list of cameras.</source>
            <translation>{file} 파일은 Panoptic 캘리브레이션 파일이 아닙니다: 카메라 목록이 없습니다.</translation>
        </message>
        <message>
            <source>{file} is not a Qualisys calibration: it has no &lt;calibration&gt; with &lt;cameras&gt;.</source>
            <translation>{file} 파일은 Qualisys 캘리브레이션 파일이 아닙니다: &lt;cameras&gt;를 포함한 &lt;calibration&gt;이 없습니다.</translation>
        </message>
        <message>
            <source>{file} is not a Theia calibration: it has no &lt;calibration&gt; with cameras.</source>
            <translation>{file}은(는) Theia 캘리브레이션이 아닙니다. 카메라가 있는 &lt;calibration&gt;이 없습니다.</translation>
        </message>
        <message>
            <source>{file} is not a Vicon calibration: it has no &lt;Cameras&gt; with &lt;Camera&gt;.</source>
            <translation>{file}은(는) Vicon 캘리브레이션이 아닙니다. &lt;Camera&gt;가 있는 &lt;Cameras&gt;가 없습니다.</translation>
        </message>
        <message>
            <source>{file} is not a calibration: expected a table of a camera's numbers.</source>
            <translation>{file}은(는) 캘리브레이션이 아닙니다. 카메라의 수가 담긴 표여야 합니다.</translation>
        </message>
        <message>
            <source>{file} is not a file of poses: its first line is no header.</source>
            <translation>{file} 파일은 자세 파일이 아닙니다: 첫 줄이 머리글이 아닙니다.</translation>
        </message>
        <message>
            <source>{file} is not a readable MATLAB file: {reason}.</source>
            <translation>{file}은(는) 읽을 수 있는 MATLAB 파일이 아닙니다: {reason}.</translation>
        </message>
        <message>
            <source>{file} is not a readable pickle: {reason}.</source>
            <translation>{file} 파일은 읽을 수 있는 pickle이 아닙니다: {reason}.</translation>
        </message>
        <message>
            <source>{file} is not a table of cameras with fx, fy, cx, cy, R, T, k, p.</source>
            <translation>{file}은(는) fx, fy, cx, cy, R, T, k, p가 있는 카메라 표가 아닙니다.</translation>
        </message>
        <message>
            <source>{file} is not a {format} calibration: not valid XML ({reason}).</source>
            <translation>{file}은(는) {format} 캘리브레이션이 아닙니다. 올바른 XML이 아닙니다({reason}).</translation>
        </message>
        <message>
            <source>{file} is not a {format} calibration: {reason}.</source>
            <translation>{file}은(는) {format} 캘리브레이션이 아닙니다: {reason}.</translation>
        </message>
        <message>
            <source>{file} is not text in UTF-8 or UTF-16; save it so and try again.</source>
            <translation>{file}은(는) UTF-8이나 UTF-16 글이 아닙니다. 그렇게 저장한 뒤 다시 시도하세요.</translation>
        </message>
        <message>
            <source>{file} is not valid JSON: {reason}.</source>
            <translation>{file} 파일이 올바른 JSON이 아닙니다: {reason}.</translation>
        </message>
        <message>
            <source>{file} is not valid TOML: {reason}.</source>
            <translation>{file} 파일이 올바른 TOML이 아닙니다: {reason}.</translation>
        </message>
        <message>
            <source>{file} is not valid YAML: {reason}.</source>
            <translation>{file}은(는) 올바른 YAML이 아닙니다: {reason}.</translation>
        </message>
        <message>
            <source>{file} is there already and is not overwritten: move it away, or choose another folder.</source>
            <translation>{file}이(가) 이미 있고 덮어쓰지 않습니다. 파일을 다른 곳으로 옮기거나 다른 폴더를 고르세요.</translation>
        </message>
        <message>
            <source>{file} is written with a codec that can't be decoded here ({codec}); convert it to H.264 in MP4.</source>
            <translation>{file}의 코덱({codec})은 여기서 디코딩할 수 없습니다. MP4의 H.264로 변환하세요.</translation>
        </message>
        <message>
            <source>{file} is {schema} version {version}; this program reads {known} version {known_version}.</source>
            <translation>{file} 파일은 {schema} 버전 {version}입니다. 이 프로그램은 {known} 버전 {known_version}을(를) 읽습니다.</translation>
        </message>
        <message>
            <source>{file} lists {listed} frames, {shown} can be shown.</source>
            <translation>{file}에 기록된 프레임은 {listed}개이지만 {shown}개만 표시할 수 있습니다.</translation>
        </message>
        <message>
            <source>{file} says that it is written in {encoding}, and it can't be read so; save it as UTF-8.</source>
            <translation>{file}에는 인코딩이 {encoding}이라고 되어 있지만 그렇게 읽을 수 없습니다. UTF-8로 저장하세요.</translation>
        </message>
        <message>
            <source>{file} shows what was saved of {path}. To compute more, open the recording itself.</source>
            <translation>{path} 녹화의 결과를 {file}에서 읽어 표시합니다. 더 계산하려면 녹화를 여세요.</translation>
        </message>
        <message>
            <source>{file} shows what was saved. It does not say where its recording is: there are no pictures, faces and heatmaps, and nothing more can be computed. To see them, open the recording.</source>
            <translation>{file}에 저장된 결과를 표시합니다. 파일에 녹화의 위치가 적혀 있지 않아 그림, 얼굴, 히트맵이 없으며 더 계산할 수 없습니다. 보려면 녹화를 여세요.</translation>
        </message>
        <message>
            <source>{file} shows what was saved. The recording has no pictures for it: {reason}</source>
            <translation>{file}에 저장된 결과를 표시합니다. 녹화에서 그림을 가져올 수 없습니다. {reason}</translation>
        </message>
        <message>
            <source>{file} shows what was saved. The recording is not where it was ({path}): there are no pictures, faces and heatmaps, and nothing more can be computed.</source>
            <translation>{file}에 저장된 결과를 표시합니다. 녹화가 원래 위치({path})에 없어 그림, 얼굴, 히트맵이 없으며 더 계산할 수 없습니다.</translation>
        </message>
        <message>
            <source>{file} shows what was saved. The recording {path} is opened with other cameras now: there are no pictures.</source>
            <translation>{file}에 저장된 결과를 표시합니다. {path} 녹화는 이제 다른 카메라로 열리므로 그림이 없습니다.</translation>
        </message>
        <message>
            <source>{file} shows what was saved. The recording {path} was opened with other delays then ({then}) than now ({now}): there are no pictures, as they would not fit. SOURCE.DELAY_MS in the settings decides.</source>
            <translation>{file}은(는) 저장된 결과를 보여 줍니다. 녹화 {path}을(를) 그때는 지금({now})과 다른 지연({then})으로 열었기 때문에, 맞지 않을 그림은 보여 주지 않습니다. 설정의 SOURCE.DELAY_MS로 정합니다.</translation>
        </message>
        <message>
            <source>{file} takes images of {own}, not {width}x{height}: set NETWORK.IMAGE_SIZE, or for crops ONNX.CROP_SIZE.</source>
            <translation>{file}은(는) {width}x{height}이 아니라 {own} 영상을 받습니다. NETWORK.IMAGE_SIZE를, 크롭 신경망이라면 ONNX.CROP_SIZE를 맞추세요.</translation>
        </message>
        <message>
            <source>{file} was made by a newer version of this program; update the program to open it.</source>
            <translation>{file} 파일은 더 새로운 버전의 프로그램이 만들었습니다. 프로그램을 업데이트하여 여세요.</translation>
        </message>
        <message>
            <source>{file} was named twice. Calibration needs the videos of all cameras, each once.</source>
            <translation>{file}이(가) 두 번 지정되었습니다. 캘리브레이션에는 모든 카메라의 영상이 하나씩 필요합니다.</translation>
        </message>
        <message>
            <source>{file} was refused: it names {name}, and a calibration holds arrays and plain containers only. It may be an attempt to run a program; get the file from its maker again.</source>
            <translation>{file} 파일을 거부했습니다: {name}이(가) 들어 있는데, 캘리브레이션 파일에는 배열과 단순한 자료만 있어야 합니다. 프로그램을 실행하려는 시도일 수 있으니 만든 사람에게서 파일을 다시 받으세요.</translation>
        </message>
        <message>
            <source>{file}, line 1: not a header of poses ({reason}).</source>
            <translation>{file}, 1번째 줄: 자세 파일의 머리글이 아닙니다({reason}).</translation>
        </message>
        <message>
            <source>{file}, line {line}: frame {frame} is out of order.</source>
            <translation>{file}, {line}번째 줄: {frame}번 프레임의 순서가 맞지 않습니다.</translation>
        </message>
        <message>
            <source>{file}, line {line}: not a frame of poses ({reason}).</source>
            <translation>{file}, {line}번째 줄: 자세 프레임이 아닙니다({reason}).</translation>
        </message>
        <message>
            <source>{file}: C3D holds 255 markers, but there are {count}; choose fewer people.</source>
            <translation>{file}: C3D에는 마커를 255개까지 담을 수 있지만 {count}개입니다. 사람을 더 적게 고르세요.</translation>
        </message>
        <message>
            <source>{file}: COCO's format needs the cameras, which are not known here.</source>
            <translation>{file}: COCO 형식에는 카메라가 필요하지만 여기서는 알 수 없습니다.</translation>
        </message>
        <message>
            <source>{file}: an image of {width}x{height} px is too large.</source>
            <translation>{file}: {width}x{height} px 이미지는 너무 큽니다.</translation>
        </message>
        <message>
            <source>{file}: an image's name must hold its frame number.</source>
            <translation>{file}: 이미지 이름에 프레임 번호가 있어야 합니다.</translation>
        </message>
        <message>
            <source>{file}: camera {camera}: {reason}.</source>
            <translation>{file}: 카메라 {camera}: {reason}.</translation>
        </message>
        <message>
            <source>{file}: expected a list 'names' of the 2D network's joints, each name once.</source>
            <translation>{file}: 2D 신경망 관절의 목록 'names'가 있어야 하며 이름은 한 번씩만 써야 합니다.</translation>
        </message>
        <message>
            <source>{file}: expected a model with one image input [1, 3, height, width].</source>
            <translation>{file}: 영상 입력 [1, 3, 높이, 너비] 하나를 받는 모델이어야 합니다.</translation>
        </message>
        <message>
            <source>{file}: frame {frame} can't be decoded; the file is damaged there.</source>
            <translation>{file}: {frame}번 프레임을 디코딩할 수 없습니다. 파일의 그 부분이 손상되었습니다.</translation>
        </message>
        <message>
            <source>{file}: frame {frame}: {reason}.</source>
            <translation>{file}: {frame}번 프레임: {reason}.</translation>
        </message>
        <message>
            <source>{file}: frames of {width}x{height} px are too large.</source>
            <translation>{file}: {width}x{height} px 프레임은 너무 큽니다.</translation>
        </message>
        <message>
            <source>{file}: frames of {width}x{height} px can't be used.</source>
            <translation>{file}: {width}x{height} px 프레임은 사용할 수 없습니다.</translation>
        </message>
        <message>
            <source>{file}: frames {first} to {last} are damaged; this view is left out there.</source>
            <translation>{file}: {first}~{last}번 프레임이 손상되어 그 구간에서 이 시점을 제외합니다.</translation>
        </message>
        <message>
            <source>{file}: no frame came for {seconds:g} s.</source>
            <translation>{file}: {seconds:g}초 동안 프레임이 들어오지 않았습니다.</translation>
        </message>
        <message>
            <source>{file}: no frame is left after its offset of {offset} frames.</source>
            <translation>{file}: 오프셋 {offset}프레임을 적용하면 남는 프레임이 없습니다.</translation>
        </message>
        <message>
            <source>{file}: no frame is left in common with the other cameras.</source>
            <translation>{file}: 다른 카메라와 겹치는 프레임이 없습니다.</translation>
        </message>
        <message>
            <source>{file}: the cameras would be {distance:.3g} m apart, so its lengths are in another unit. Write it into the file: unit_mm = 1 for millimetres, 1000 for metres, under [metadata].</source>
            <translation>{file}: 카메라 사이가 {distance:.3g} m가 되므로 길이의 단위가 다릅니다. 파일의 [metadata] 아래에 unit_mm을 적으세요. 밀리미터는 1, 미터는 1000입니다.</translation>
        </message>
        <message>
            <source>{file}: the frames are {width}x{height} px, but camera {camera} is calibrated for {cal_width}x{cal_height} px. Use the videos that were calibrated, or calibrate again.</source>
            <translation>{file}: 프레임은 {width}x{height} px이지만 카메라 {camera}은(는) {cal_width}x{cal_height} px로 캘리브레이션되었습니다. 캘리브레이션에 쓴 영상을 사용하거나 다시 캘리브레이션하세요.</translation>
        </message>
        <message>
            <source>{file}: the frames are {width}x{height} px, but camera {camera} is calibrated for {cal_width}x{cal_height} px: the picture lies on its side against its calibration. Turn the video, or calibrate it as it is.</source>
            <translation>{file}: 프레임은 {width}x{height} px이지만 카메라 {camera}은(는) {cal_width}x{cal_height} px로 캘리브레이션되었습니다. 영상이 캘리브레이션과 달리 옆으로 누워 있습니다. 영상을 돌리거나 지금 모습 그대로 캘리브레이션하세요.</translation>
        </message>
        <message>
            <source>{file}: the frames are {width}x{height} px, but the middle of camera {camera} is at {x:.0f}, {y:.0f} px. Use the videos that were calibrated, or calibrate again.</source>
            <translation>{file}: 프레임은 {width}x{height} px인데 카메라 {camera}의 중심은 {x:.0f}, {y:.0f} px입니다. 캘리브레이션한 영상을 쓰거나 다시 캘리브레이션하세요.</translation>
        </message>
        <message>
            <source>{file}: the image is {width}x{height} px, the first one of the folder is not.</source>
            <translation>{file}: 이미지 크기 {width}x{height} px가 폴더의 첫 이미지와 다릅니다.</translation>
        </message>
        <message>
            <source>{file}: the name must end in the camera's number, each number once.</source>
            <translation>{file}: 이름은 카메라 번호로 끝나야 하며, 같은 번호가 두 번 나올 수 없습니다.</translation>
        </message>
        <message>
            <source>{file}: the number of frames is unknown; convert the video to MP4.</source>
            <translation>{file}: 프레임 수를 알 수 없습니다. 영상을 MP4로 변환하세요.</translation>
        </message>
        <message>
            <source>{file}: the skeleton's joints {joints} are not among its names.</source>
            <translation>{file}: 골격의 관절 {joints}이(가) 이름 목록에 없습니다.</translation>
        </message>
        <message>
            <source>{file}: unit_mm must be a positive number of millimetres, not {value!r}.</source>
            <translation>{file}: unit_mm은 밀리미터 단위의 양수여야 하지만 {value!r}입니다.</translation>
        </message>
        <message>
            <source>{file}: unknown key {key}.{hint}</source>
            <translation>{file}: 알 수 없는 키 {key}.{hint}</translation>
        </message>
        <message>
            <source>{file}: {key}: {reason}.</source>
            <translation>{file}: {key}: {reason}.</translation>
        </message>
        <message>
            <source>{file}: {reason}.</source>
            <translation>{file}: {reason}.</translation>
        </message>
        <message>
            <source>{first} {second}</source>
            <translation>{first} {second}</translation>
        </message>
        <message>
            <source>{folder} has no body3DScene_….json.</source>
            <translation>{folder}에 body3DScene_….json이 없습니다.</translation>
        </message>
        <message>
            <source>{folder} holds images of the recording; choose another folder for the files.</source>
            <translation>{folder} 폴더에 녹화의 이미지가 있습니다. 파일을 쓸 다른 폴더를 고르세요.</translation>
        </message>
        <message>
            <source>{folder} holds other files; choose another folder.</source>
            <translation>{folder}에 다른 파일이 있습니다. 다른 폴더를 고르세요.</translation>
        </message>
        <message>
            <source>{folder} holds the files of frames {first} to {last}: this run replaces them by those of frames {start} to {end}. What was computed stays in its take, and a run of all frames writes them again. Another folder keeps both.</source>
            <translation>{folder}에 프레임 {first}~{last}의 파일이 있습니다. 이번 실행은 이를 프레임 {start}~{end}의 파일로 바꿉니다. 계산된 것은 테이크에 남으며, 모든 프레임으로 다시 실행하면 파일이 다시 쓰입니다. 다른 폴더에 쓰면 둘 다 남습니다.</translation>
        </message>
        <message>
            <source>{folder} holds the recording's videos; the files are put among them, and passed over later.</source>
            <translation>{folder}에 녹화의 영상이 있습니다. 파일이 그 사이에 놓이며, 다음에는 무시됩니다.</translation>
        </message>
        <message>
            <source>{folder} holds the results of another recording ({recording}); choose another folder.</source>
            <translation>{folder} 폴더에 다른 녹화({recording})의 결과가 있습니다. 다른 폴더를 고르세요.</translation>
        </message>
        <message>
            <source>{folder} holds {names}, which this program did not write; choose another folder.</source>
            <translation>{folder} 폴더에 이 프로그램이 만들지 않은 {names}이(가) 있습니다. 다른 폴더를 선택하세요.</translation>
        </message>
        <message>
            <source>{folder} is no folder; choose another name.</source>
            <translation>{folder}은(는) 폴더가 아닙니다. 다른 이름을 고르세요.</translation>
        </message>
        <message>
            <source>{found} of {all} calibrated HD cameras have frames here.</source>
            <translation>캘리브레이션된 HD 카메라 {all}대 중 {found}대의 프레임이 있습니다.</translation>
        </message>
        <message>
            <source>{key} = {value}</source>
            <translation>{key} = {value}</translation>
        </message>
        <message>
            <source>{key} has a number that is not finite</source>
            <translation>{key}에 유한하지 않은 값이 있습니다</translation>
        </message>
        <message>
            <source>{key} has {count} numbers, expected {expected}</source>
            <translation>{key}의 값이 {expected}개여야 하는데 {count}개입니다</translation>
        </message>
        <message>
            <source>{key} is missing</source>
            <translation>{key} 항목이 없습니다</translation>
        </message>
        <message>
            <source>{key} is missing in {place}</source>
            <translation>{place}에 {key} 항목이 없습니다</translation>
        </message>
        <message>
            <source>{key} is no rotation</source>
            <translation>{key}이(가) 회전이 아닙니다</translation>
        </message>
        <message>
            <source>{key} is not a number</source>
            <translation>{key}: 숫자가 아닙니다</translation>
        </message>
        <message>
            <source>{key} is not a number ({text!r})</source>
            <translation>{key} 값이 숫자가 아닙니다({text!r})</translation>
        </message>
        <message>
            <source>{key} is not a whole number</source>
            <translation>{key}이(가) 정수가 아닙니다</translation>
        </message>
        <message>
            <source>{key} is not an array of numbers</source>
            <translation>{key} 값이 숫자 배열이 아닙니다</translation>
        </message>
        <message>
            <source>{key} is written with a decimal comma ({text}); write a point</source>
            <translation>{key}에 소수점 대신 쉼표가 쓰였습니다({text}). 점으로 쓰세요</translation>
        </message>
        <message>
            <source>{key} is {value:g}</source>
            <translation>{key} 값이 {value:g}입니다</translation>
        </message>
        <message>
            <source>{key} turns by {angle:.4g} radians; it is in degrees or no rotation vector</source>
            <translation>{key}의 회전이 {angle:.4g}라디안입니다. 단위가 도이거나 회전 벡터가 아닙니다</translation>
        </message>
        <message>
            <source>{key}: {value:.3g} is far too large</source>
            <translation>{key}: {value:.3g}은(는) 지나치게 큽니다</translation>
        </message>
        <message>
            <source>{path} has more than one video of a camera, {names}: leave the one that belongs to the recording there and put the others elsewhere.</source>
            <translation>{path}에 한 카메라의 영상이 둘 이상 있습니다({names}). 이 녹화의 것만 남기고 나머지는 다른 곳으로 옮기세요.</translation>
        </message>
        <message>
            <source>{path} has no calibration file that is known; see the README for a list.</source>
            <translation>{path}에 알려진 캘리브레이션 파일이 없습니다. 목록은 README를 보세요.</translation>
        </message>
        <message>
            <source>{path} has no calibration file; expected {patterns}.</source>
            <translation>{path}에 캘리브레이션 파일이 없습니다. 필요한 파일: {patterns}.</translation>
        </message>
        <message>
            <source>{path} has no calibration: expected calibration_*.json (Panoptic) or calibration/camera*.pkl (FOCUS).</source>
            <translation>{path}에 캘리브레이션 파일이 없습니다: calibration_*.json(Panoptic) 또는 calibration/camera*.pkl(FOCUS)이 필요합니다.</translation>
        </message>
        <message>
            <source>{path} has no camera {camera}; its cameras are {known}.</source>
            <translation>{path}에 카메라 {camera}이(가) 없습니다. 있는 카메라: {known}.</translation>
        </message>
        <message>
            <source>{path} has no camera*.pkl.</source>
            <translation>{path}에 camera*.pkl이 없습니다.</translation>
        </message>
        <message>
            <source>{path} holds results alone; open the recording to compute more.</source>
            <translation>{path}에는 결과만 있습니다. 더 계산하려면 녹화를 여세요.</translation>
        </message>
        <message>
            <source>{path} holds results, and does not say where its recording is: give the recording's folder instead.</source>
            <translation>{path}에는 결과가 들어 있고, 녹화의 위치가 적혀 있지 않습니다. 대신 녹화 폴더를 지정하세요.</translation>
        </message>
        <message>
            <source>{path} holds results, not a recording. To look at them, open {file}.</source>
            <translation>{path}에는 녹화가 아니라 결과가 들어 있습니다. 보려면 {file}을(를) 여세요.</translation>
        </message>
        <message>
            <source>{path} holds results. Its recording is {recording}: give that.</source>
            <translation>{path}에는 결과가 들어 있습니다. 그 녹화는 {recording}입니다. 그 폴더를 지정하세요.</translation>
        </message>
        <message>
            <source>{path} holds results. Its recording was {recording}, which is gone from there: give the folder where it is now.</source>
            <translation>{path}에는 결과가 들어 있습니다. 그 녹화는 {recording}에 있었지만 지금은 없습니다. 녹화가 지금 있는 폴더를 지정하세요.</translation>
        </message>
        <message>
            <source>{path} holds results. {reason} Give the recording's folder instead.</source>
            <translation>{path}에는 결과가 들어 있습니다. {reason} 대신 녹화의 폴더를 지정하세요.</translation>
        </message>
        <message>
            <source>{path} holds several recordings ({names}); open one of them.</source>
            <translation>{path}에 녹화가 여러 개 있습니다({names}). 그중 하나를 여세요.</translation>
        </message>
        <message>
            <source>{path} holds videos without their calibration, which lies above: open {parent}.</source>
            <translation>{path}에는 캘리브레이션 없이 영상만 있고 캘리브레이션은 위 폴더에 있습니다. {parent}을(를) 여세요.</translation>
        </message>
        <message>
            <source>{path} is a video: only a recording's folder with its calibration can be mended. Videos alone are calibrated with: people.</source>
            <translation>{path}: 영상입니다. 캘리브레이션이 들어 있는 녹화 폴더만 고칠 수 있습니다. 영상만 있으면 people 명령으로 캘리브레이션하세요.</translation>
        </message>
        <message>
            <source>{path} is no folder</source>
            <translation>{path}은(는) 폴더가 아닙니다</translation>
        </message>
        <message>
            <source>{path} is no recording itself, it holds {names}: open one recording's folder.</source>
            <translation>{path} 자체는 녹화가 아니고 그 안에 {names}이(가) 있습니다. 그중 녹화 폴더 하나를 여세요.</translation>
        </message>
        <message>
            <source>{path} is not a folder; a recording is a folder of videos with a calibration.</source>
            <translation>{path}은(는) 폴더가 아닙니다. 녹화는 영상과 캘리브레이션 파일이 있는 폴더입니다.</translation>
        </message>
        <message>
            <source>{path} is not a recording that is known. Known layouts – {layouts}.</source>
            <translation>{path}은(는) 알려진 형식의 녹화가 아닙니다. 지원 형식 – {layouts}.</translation>
        </message>
        <message>
            <source>{path} is not there.</source>
            <translation>{path}이(가) 없습니다.</translation>
        </message>
        <message>
            <source>{path} is one video; a recording is the folder with all of its videos and a calibration.</source>
            <translation>{path}은(는) 영상 하나입니다. 녹화는 모든 영상과 캘리브레이션이 들어 있는 폴더입니다.</translation>
        </message>
        <message>
            <source>{path} must have one calibration_*.json, it has {count}.</source>
            <translation>{path}에는 calibration_*.json이 하나 있어야 하지만 {count}개 있습니다.</translation>
        </message>
        <message>
            <source>{path}: OpenCap keeps a calibration in each camera's folder.</source>
            <translation>{path}: OpenCap은 카메라 폴더마다 캘리브레이션을 둡니다.</translation>
        </message>
        <message>
            <source>{path}: cameras {camera} and {other} stand at the same place and look the same way; one of them has the other's calibration, or none.</source>
            <translation>{path}: 카메라 {camera}과(와) {other}의 위치와 방향이 같습니다. 하나가 다른 것의 캘리브레이션을 가졌거나 없는 것입니다.</translation>
        </message>
        <message>
            <source>{path}: the images of the cameras have no frame number in common.</source>
            <translation>{path}: 카메라들의 이미지에 공통된 프레임 번호가 없습니다.</translation>
        </message>
        <message>
            <source>{path}: the images use {bits} of 16 bits; they are scaled by that.</source>
            <translation>{path}: 이미지가 16비트 중 {bits}비트를 사용하므로 그에 맞춰 밝기를 조정합니다.</translation>
        </message>
        <message>
            <source>{people} people were followed; {share:.0f} % of what was seen of them fits.</source>
            <translation>{people}명을 따라갔고, 본 것의 {share:.0f} %가 맞습니다.</translation>
        </message>
        <message>
            <source>{problem} Going on with torch, which is slower.</source>
            <translation>{problem} torch로 계속하므로 더 느립니다.</translation>
        </message>
        <message>
            <source>{reason}</source>
            <translation>{reason}</translation>
        </message>
        <message>
            <source>{reason} To do without a calibration, name the videos themselves, one by one.</source>
            <translation>{reason} 캘리브레이션 없이 하려면 동영상 파일을 하나씩 지정하세요.</translation>
        </message>
        <message>
            <source>{value} is outside {low:g}…{high:g}</source>
            <translation>{value}은(는) {low:g}…{high:g} 범위를 벗어납니다</translation>
        </message>
    </context>
    <context>
        <name>joints</name>
        <message>
            <source>left ankle</source>
            <translation>왼쪽 발목</translation>
        </message>
        <message>
            <source>left elbow</source>
            <translation>왼쪽 팔꿈치</translation>
        </message>
        <message>
            <source>left hip</source>
            <translation>왼쪽 골반</translation>
        </message>
        <message>
            <source>left knee</source>
            <translation>왼쪽 무릎</translation>
        </message>
        <message>
            <source>left shoulder</source>
            <translation>왼쪽 어깨</translation>
        </message>
        <message>
            <source>left wrist</source>
            <translation>왼쪽 손목</translation>
        </message>
        <message>
            <source>mid hip</source>
            <translation>골반 중앙</translation>
        </message>
        <message>
            <source>neck</source>
            <translation>목</translation>
        </message>
        <message>
            <source>nose</source>
            <translation>코</translation>
        </message>
        <message>
            <source>right ankle</source>
            <translation>오른쪽 발목</translation>
        </message>
        <message>
            <source>right elbow</source>
            <translation>오른쪽 팔꿈치</translation>
        </message>
        <message>
            <source>right hip</source>
            <translation>오른쪽 골반</translation>
        </message>
        <message>
            <source>right knee</source>
            <translation>오른쪽 무릎</translation>
        </message>
        <message>
            <source>right shoulder</source>
            <translation>오른쪽 어깨</translation>
        </message>
        <message>
            <source>right wrist</source>
            <translation>오른쪽 손목</translation>
        </message>
    </context>
    <context>
        <name>log</name>
        <message>
            <source>%s This view is left out there.</source>
            <translation>%s 이 시점은 그 프레임에서 제외됩니다.</translation>
        </message>
        <message>
            <source>%s is made anew: %s</source>
            <translation>%s을(를) 다시 만듭니다: %s</translation>
        </message>
        <message>
            <source>%s: %d tensors of the training alone were left out (%s, …)</source>
            <translation>%s: 학습에만 쓰이는 텐서 %d개를 제외했습니다(%s 등)</translation>
        </message>
        <message>
            <source>%s: frames %d to %d are damaged; this view is left out there</source>
            <translation>%s: %d~%d번 프레임이 손상되어 그 구간에서 이 시점을 제외합니다</translation>
        </message>
        <message>
            <source>A converted network could not be kept in %s: %s</source>
            <translation>변환한 신경망을 %s에 저장하지 못했습니다: %s</translation>
        </message>
        <message>
            <source>Rig %s: space %s mm around %s mm, network image %s px</source>
            <translation>카메라 배치 %s: 공간 %s mm, 중심 %s mm, 신경망 입력 영상 %s px</translation>
        </message>
        <message>
            <source>Small copies can't be read: %s</source>
            <translation>작은 그림을 읽을 수 없습니다: %s</translation>
        </message>
        <message>
            <source>Small copies can't be written: %s</source>
            <translation>작은 그림을 쓸 수 없습니다: %s</translation>
        </message>
        <message>
            <source>Small copies of the frames can't be kept in %s: %s</source>
            <translation>%s에 작은 그림을 둘 수 없습니다: %s</translation>
        </message>
        <message>
            <source>The rig check was not kept: %s</source>
            <translation>카메라 배치 확인 결과를 저장하지 못했습니다: %s</translation>
        </message>
    </context>
    <context>
        <name>people</name>
        <message>
            <source>Person {number}</source>
            <translation>사람 {number}</translation>
        </message>
    </context>
    <context>
        <name>stages</name>
        <message>
            <source>backbone</source>
            <translation>백본</translation>
        </message>
        <message>
            <source>draw</source>
            <translation>그리기</translation>
        </message>
        <message>
            <source>pose net</source>
            <translation>자세 신경망</translation>
        </message>
        <message>
            <source>prepare</source>
            <translation>전처리</translation>
        </message>
        <message>
            <source>read</source>
            <translation>읽기</translation>
        </message>
        <message>
            <source>refine</source>
            <translation>정밀화</translation>
        </message>
        <message>
            <source>reproject</source>
            <translation>재투영</translation>
        </message>
        <message>
            <source>root net</source>
            <translation>루트 신경망</translation>
        </message>
    </context>
</TS>
